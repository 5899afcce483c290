"""Forecasts of PV and of the household's load: corrected by what came of them, with confidence."""
