"""What is kept of the home's past, slot by slot, to learn from."""
