"""What is decided before the solver: goals, windows and the worth of what is left over."""
