"""The forms of a charger."""

from collections.abc import Mapping
from itertools import permutations
from typing import Any, Final

from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import BooleanSelector, TextSelector
from probatio import Marker, Optional, Required, Schema

from ..const import (
    CONF_CAR_PHASES,
    CONF_CIRCUIT,
    CONF_CONNECTOR_ID,
    CONF_FALLBACK_CURRENT,
    CONF_HAND_OVER_KEY,
    CONF_MIN_CURRENT,
    CONF_PASSWORD,
    CONF_PHASE_ROTATION,
    CONF_PHASES,
    CONF_PRIORITY,
    CONF_RATED_CURRENT,
    CONF_SECURITY,
    CONF_STATION_ID,
    SECURITY_BASIC,
    SECURITY_NONE,
    SECURITY_TLS,
    SITE_PHASES,
)
from .fields import choice, labelled_choice, number

# First values of settings: asked for once, owned by entities afterwards.
CHARGER_FIRST_VALUES: Final = (CONF_MIN_CURRENT, CONF_FALLBACK_CURRENT, CONF_PRIORITY)


def identity_schema(site_phases: int) -> Schema:
    """Return the form of who the charger is."""
    fields: dict[Marker, Any] = {
        Required(CONF_NAME): TextSelector(),
        Required(CONF_STATION_ID): TextSelector(),
        Required(CONF_CONNECTOR_ID, default=1): number(CONF_CONNECTOR_ID),
        Required(CONF_SECURITY, default=SECURITY_BASIC): choice(
            CONF_SECURITY, (SECURITY_BASIC, SECURITY_TLS, SECURITY_NONE)
        ),
        Optional(CONF_PASSWORD): TextSelector(),
        Required(CONF_HAND_OVER_KEY, default=False): BooleanSelector(),
    }
    if site_phases > 1:
        fields[Required(CONF_PHASES, default="3")] = choice(CONF_PHASES, ("1", "3"))
    return Schema(fields)


def wiring_schema(
    *, site_phases: int, phases: int, circuits: Mapping[str, str], fallback: float | None
) -> Schema:
    """Return the form of how the charger is wired.

    ``circuits`` are names by id; ``fallback`` is the first value of a charger that is
    being added, None for one that exists.
    """
    fields: dict[Marker, Any] = {
        Required(CONF_RATED_CURRENT, default=16): number(CONF_RATED_CURRENT)
    }
    if site_phases > 1:
        options = rotations(phases)
        fields[Required(CONF_PHASE_ROTATION, default=options[0][0])] = labelled_choice(options)
    if phases > 1:
        fields[Optional(CONF_CAR_PHASES)] = choice(CONF_CAR_PHASES, ("1", "2", "3"))
    if circuits:
        fields[Optional(CONF_CIRCUIT)] = labelled_choice(list(circuits.items()))
    if fallback is not None:
        fields |= {
            Required(CONF_MIN_CURRENT, default=6): number(CONF_MIN_CURRENT),
            Required(CONF_FALLBACK_CURRENT, default=fallback): number(CONF_FALLBACK_CURRENT),
            Required(CONF_PRIORITY, default=1): number(CONF_PRIORITY),
        }
    return Schema(fields)


def rotations(phases: int) -> list[tuple[str, str]]:
    """Return the site phases that may be behind a charger's terminals, with their labels."""
    orders = ["".join(order) for order in permutations(SITE_PHASES, phases)]
    # those that turn like the grid first: the others are rare
    orders.sort(key=lambda order: order not in "ABCAB")
    return [(order, _label(order)) for order in orders]


def _label(order: str) -> str:
    return ", ".join(f"L{terminal} = {phase}" for terminal, phase in enumerate(order, start=1))
