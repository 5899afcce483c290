"""A template that yields a list of prices."""

from collections.abc import Sequence
from datetime import datetime
import json
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import TemplateError
from homeassistant.helpers.template import Template

from ...planning_wiring import SourceRef
from ..types import Candidate, Prices, SourceError
from .detecting import as_rows
from .list_attribute import OPTION_UNIT, Preview, read_list
from .units import read_unit

KIND: Final = "template"


def preview(hass: HomeAssistant, ref: SourceRef) -> Preview:
    """Return how the template's list would be read; raise SourceError where it cannot be."""
    try:
        value = Template(ref.template or "", hass).async_render(parse_result=True)
    except TemplateError as error:
        raise SourceError("price_source_failed", source=KIND, error=str(error)) from error
    unit = read_unit(ref.options.get(OPTION_UNIT), KIND)
    return read_list(as_rows(_parsed(value)) or (), ref.options, unit, KIND)


def _parsed(value: object) -> object:
    """Return what ``to_json`` has made text of: so does a template hand on times and null."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return None


def detect(hass: HomeAssistant) -> Sequence[Candidate]:  # noqa: ARG001
    """Return nothing: a template is written."""
    return ()


def watched(hass: HomeAssistant, ref: SourceRef) -> Sequence[str]:
    """Return the entities that the template looks at."""
    return sorted(Template(ref.template or "", hass).async_render_to_info().entities)


async def async_fetch(
    hass: HomeAssistant,
    ref: SourceRef,
    start: datetime,  # noqa: ARG001 - a template yields what it yields
    end: datetime,  # noqa: ARG001
) -> Prices:
    """Return the template's list."""
    read = preview(hass, ref)
    return Prices(prices=read.prices, currency=read.unit.currency)
