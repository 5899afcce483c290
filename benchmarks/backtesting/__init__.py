"""A home that lives through days of a year, each time controlled in another way."""
