"""A seeded year of weather, PV, a family, forecasts and prices, by 15 min."""

from .types import (
    SLOT_S,
    FamilyConfig,
    IssuedForecast,
    PanelsConfig,
    SourceConfig,
    YearConfig,
)
from .year import Year, simulate_year

__all__ = [
    "SLOT_S",
    "FamilyConfig",
    "IssuedForecast",
    "PanelsConfig",
    "SourceConfig",
    "Year",
    "YearConfig",
    "simulate_year",
]
