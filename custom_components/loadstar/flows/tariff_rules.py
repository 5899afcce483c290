"""Fees per kWh by time of day, month and weekday, as rows of a list."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    ObjectSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TimeSelector,
)
from homeassistant.helpers.translation import async_get_translations

from ..const import (
    DOMAIN,
    MONTHS,
    TARIFF_FEE,
    TARIFF_FROM,
    TARIFF_MONTHS,
    TARIFF_UNTIL,
    TARIFF_WEEKDAYS,
    WEEKDAYS,
)
from .fields import RANGES, row_number
from .problems import Problems

_TRANSLATED_AS: Final = "tariff"
_WHOLE_DAY: Final = "00:00:00"


async def async_tariff_selector(hass: HomeAssistant, unit: str) -> ObjectSelector:
    """Return the selector of such fees in ``unit``."""
    words = await async_get_translations(hass, hass.config.language, "selector", [DOMAIN])
    return ObjectSelector(
        {
            "fields": {
                TARIFF_FEE: {"selector": row_number(unit), "required": True},
                TARIFF_FROM: {"selector": TimeSelector()},
                TARIFF_UNTIL: {"selector": TimeSelector()},
                TARIFF_MONTHS: {"selector": _worded("months", MONTHS, words)},
                TARIFF_WEEKDAYS: {"selector": _worded("weekdays", WEEKDAYS, words)},
            },
            "multiple": True,
            "label_field": TARIFF_FEE,
            "description_field": TARIFF_FROM,
            "translation_key": _TRANSLATED_AS,
        }
    )


def _worded(name: str, options: Sequence[str], words: Mapping[str, str]) -> SelectSelector:
    """Return a choice with its words in it: the frontend translates none within a row."""
    labels = [words.get(f"component.{DOMAIN}.selector.{name}.options.{one}") for one in options]
    return SelectSelector(
        SelectSelectorConfig(
            options=[
                SelectOptionDict(value=one, label=label or one)
                for one, label in zip(options, labels, strict=True)
            ],
            mode=SelectSelectorMode.DROPDOWN,
            multiple=True,
        )
    )


def check_tariff(values: Mapping[str, Any], name: str, fee: str, problems: Problems) -> None:
    """Refuse a fee outside the range of ``fee``, and one that ends as it begins."""
    allowed = RANGES[fee]
    for row, rule in enumerate(values.get(name, ()), start=1):
        words = {"row": f"{row}"}
        begin, end = rule.get(TARIFF_FROM, _WHOLE_DAY), rule.get(TARIFF_UNTIL, _WHOLE_DAY)
        if float(rule[TARIFF_FEE]) not in allowed:
            words |= {"fee_min": f"{allowed.minimum:g}", "fee_max": f"{allowed.maximum:g}"}
            problems.add(name, "tariff_fee", words)
        elif begin == end != _WHOLE_DAY:
            problems.add(name, "tariff_empty", words)
