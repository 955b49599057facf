"""Articles: how they come in, and what readers see of them."""
