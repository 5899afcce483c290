"""What scripts/develop does: a Home Assistant with the simulated home, set up and shown."""
