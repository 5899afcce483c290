"""Sentences about plans, in Home Assistant's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..engine.planner.inputs.types import PlanWarning
from ..engine.planner.output.types import PlanReason
from ..forecasting.notes import NOTES

_MESSAGES: Final = f"component.{DOMAIN}.exceptions"
# What a plan says about itself, where nobody has done anything wrong.
_BREACH: Final = "breach_"
_LIMITED: Final = "limited_by_"
_NORMAL: Final = frozenset({"battery_below_minimum", "departure_past", "target_soc_unreachable"})
# What came of an order: a car that has left, an order beyond the plan.
_ORDER: Final = "manual_"


@dataclass(frozen=True, slots=True)
class PlanWords:
    """Sentences by warning and by reason; a code without one stands for itself."""

    texts: Mapping[str, str] = field(default_factory=dict)

    def sentence(self, said: PlanWarning | PlanReason) -> str:
        """Return what a warning or a reason says, and which limit keeps it from more."""
        codes = [said.code]
        if limit := said.data.get("limited_by"):
            codes.append(f"{_LIMITED}{limit}")
        text = " ".join(self.texts.get(f"{_MESSAGES}.{code}.message", code) for code in codes)
        for name, value in said.data.items():
            text = text.replace(f"{{{name}}}", _shown(value))
        return text


async def async_load_words(hass: HomeAssistant) -> PlanWords:
    """Return the sentences in Home Assistant's language."""
    texts = await async_get_translations(hass, hass.config.language, "exceptions", [DOMAIN])
    return PlanWords(texts)


def is_input_fault(code: str) -> bool:
    """Whether a warning is about what a source or a user gave, and can be mended there."""
    return not code.startswith((_BREACH, _ORDER)) and code not in _NORMAL | NOTES


def _shown(value: Any) -> str:
    """Return a figure as a person reads it; a time is local, and of today without its date."""
    is_text_of_time = isinstance(value, str) and "T" in value
    instant = dt_util.parse_datetime(value) if is_text_of_time else value
    if isinstance(instant, datetime):
        local = dt_util.as_local(instant)
        is_today = local.date() == dt_util.now().date()
        return local.strftime("%H:%M" if is_today else "%Y-%m-%d %H:%M")
    if isinstance(value, float):
        return f"{round(value, 3) + 0.0:.3f}".rstrip("0").rstrip(".")  # never -0
    return str(value)
