"""Prices, forecasts and devices, aligned to slots."""
