"""The engine's results become commands to devices."""
