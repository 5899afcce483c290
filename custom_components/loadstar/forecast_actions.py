"""The action about the forecasts: learn anew."""

from typing import Any, Final

from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv
from probatio import Optional, Schema

from .addressing import ATTR_ENTRY, find_entry
from .const import DOMAIN
from .engine.planner.output.plain import to_plain
from .planning.words import async_load_words

_SCHEMA: Final = Schema({Optional(ATTR_ENTRY): cv.string})


@callback
def async_setup_forecast_actions(hass: HomeAssistant) -> None:
    """Register the action about the forecasts."""
    hass.services.async_register(
        DOMAIN,
        "retrain",
        _async_retrain,
        schema=_SCHEMA,
        supports_response=SupportsResponse.OPTIONAL,
    )


async def _async_retrain(call: ServiceCall) -> dict[str, Any]:
    """Learn from all there is, and return what was learned and what was left out."""
    coordinator = find_entry(call.hass, call.data.get(ATTR_ENTRY))
    await coordinator.forecasting.async_retrain()
    words = await async_load_words(call.hass)
    snapshot = coordinator.forecasting.snapshot
    plain: dict[str, Any] = to_plain(snapshot)
    notes = [to_plain(note) | {"message": words.sentence(note)} for note in snapshot.notes]
    return plain | {"notes": notes}
