"""Prices as periods, whatever their source: put in order, taxed, completed and cut into slots."""

from .estimates import Estimates, WeekdayMeans, complete
from .formula import ExportBasis, apply, exported, flat
from .normalise import normalise
from .spread import spread

__all__ = [
    "Estimates",
    "ExportBasis",
    "WeekdayMeans",
    "apply",
    "complete",
    "exported",
    "flat",
    "normalise",
    "spread",
]
