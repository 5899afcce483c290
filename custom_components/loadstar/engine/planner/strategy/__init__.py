"""How much risk the plan takes, and what the circumstances change about it."""
