"""Real engines and real processes; each test ends what it starts, by its own pid."""
