"""Share the current of every phase among chargers: stateless, exact and fast."""

from .targets import calculate_all_charger_targets

__all__ = ["calculate_all_charger_targets"]
