"""How mail leaves: frozen mailings, batches, and a row for every recipient."""
