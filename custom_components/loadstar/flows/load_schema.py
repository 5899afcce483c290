"""The forms of a load."""

from typing import Any

from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    ObjectSelector,
    TextSelector,
    TimeSelector,
)
from probatio import Marker, Optional, Required, Schema

from ..const import (
    CONF_ALLOWED,
    CONF_BLOCK,
    CONF_CONTINUOUS,
    CONF_DURATION,
    CONF_EARLIEST,
    CONF_ENERGY_PER_DAY,
    CONF_LATEST_END,
    CONF_LOAD_KIND,
    CONF_LOAD_PHASES,
    CONF_LONGEST_GAP,
    CONF_POWER,
    CONF_RATED_POWER,
    CONF_SWITCH,
    LOAD_DEFERRABLE,
    LOAD_WATER_HEATER,
    SITE_PHASES,
    TARIFF_FROM,
    TARIFF_UNTIL,
)
from .fields import choice, labelled_choice, number, number_to_enter, power_entity

_ALL_PHASES = "".join(SITE_PHASES)
_MIDNIGHT = "00:00:00"


def load_schema(site_phases: int) -> Schema:
    """Return the form of what every load has."""
    fields: dict[Marker, Any] = {
        Required(CONF_NAME): TextSelector(),
        Required(CONF_LOAD_KIND, default=LOAD_WATER_HEATER): choice(
            CONF_LOAD_KIND, (LOAD_WATER_HEATER, LOAD_DEFERRABLE)
        ),
        Required(CONF_RATED_POWER): number_to_enter(CONF_RATED_POWER),
    }
    if site_phases > 1:
        options = [(phases, ", ".join(phases)) for phases in (*SITE_PHASES, _ALL_PHASES)]
        fields[Required(CONF_LOAD_PHASES, default=SITE_PHASES[0])] = labelled_choice(options)
    switches = EntitySelectorConfig(filter=[{"domain": ["switch", "input_boolean"]}])
    return Schema(
        fields
        | {
            Optional(CONF_SWITCH): EntitySelector(switches),
            Optional(CONF_POWER): power_entity(),
        }
    )


def water_heater_schema() -> Schema:
    """Return the form of a water heater."""
    hours = ObjectSelector(
        {
            "fields": {
                TARIFF_FROM: {"selector": TimeSelector(), "required": True},
                TARIFF_UNTIL: {"selector": TimeSelector(), "required": True},
            },
            "multiple": True,
            "label_field": TARIFF_FROM,
            "description_field": TARIFF_UNTIL,
            "translation_key": CONF_ALLOWED,
        }
    )
    return Schema(
        {
            Required(CONF_ENERGY_PER_DAY): number_to_enter(CONF_ENERGY_PER_DAY),
            Required(CONF_BLOCK, default=60): number(CONF_BLOCK),
            Required(CONF_CONTINUOUS, default=False): BooleanSelector(),
            Optional(CONF_LONGEST_GAP): number(CONF_LONGEST_GAP),
            Optional(CONF_ALLOWED): hours,
        }
    )


def deferrable_schema() -> Schema:
    """Return the form of a run that can wait."""
    return Schema(
        {
            Required(CONF_DURATION): number_to_enter(CONF_DURATION),
            Required(CONF_EARLIEST, default=_MIDNIGHT): TimeSelector(),
            Required(CONF_LATEST_END, default=_MIDNIGHT): TimeSelector(),
        }
    )
