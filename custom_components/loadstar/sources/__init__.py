"""Home Assistant's entities become the engine's readings: one file per kind of source."""
