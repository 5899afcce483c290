"""What happened in every slot, seen by the control cycle, and what was expected of it."""

from .database import async_database
from .observing import Observing, async_remove_observations

__all__ = ["Observing", "async_database", "async_remove_observations"]
