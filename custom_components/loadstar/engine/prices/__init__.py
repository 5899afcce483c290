"""Prices as periods, whatever their source: put in order, taxed, completed and cut into slots."""
