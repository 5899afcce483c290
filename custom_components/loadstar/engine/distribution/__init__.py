"""Share the current of every phase among chargers: stateless, exact and fast."""
