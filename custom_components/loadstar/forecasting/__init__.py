"""What is expected of sun and household, and how that is learned from what was."""

from .errors import TrainingError
from .forecasting import Forecasting
from .foreseen import Foreseen

__all__ = ["Forecasting", "Foreseen", "TrainingError"]
