"""How fast mail may leave: what relays, providers and a young sending domain put up with."""
