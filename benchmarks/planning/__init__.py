"""Homes and days to measure the planner with."""
