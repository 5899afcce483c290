"""How a PV source has been doing, for words."""

from typing import Final

from .pv_confidence import PvTrust
from .types import CorrectionLabel

_LEARNING_DAYS: Final = 5
_ON_TARGET_PERCENT: Final = 5
# Where each word begins. The dynamic buffer begins to give at 0.65.
_WORDS: Final = ((0.8, "high"), (0.65, "good"), (0.45, "fair"))


def label_of(trust: PvTrust, *, anything: bool) -> CorrectionLabel:
    """Return the label of what was found, ``anything`` being whether there was a forecast."""
    if not anything:
        return CorrectionLabel(code="no_forecast")
    percent = round(abs(1 - trust.ratio) * 100)
    data = {"percent": percent, "confidence": confidence_word(trust.confidence)}
    if trust.scores.days < _LEARNING_DAYS:
        return CorrectionLabel(code="learning", data=data)
    if percent < _ON_TARGET_PERCENT:
        return CorrectionLabel(code="on_target", data=data)
    return CorrectionLabel(code="over" if trust.ratio < 1 else "under", data=data)


def confidence_word(confidence: float) -> str:
    """Return a word for a confidence from 0 to 1."""
    return next((word for least, word in _WORDS if confidence >= least), "low")
