"""A template that yields a list, or a map, of a forecast."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import TemplateError
from homeassistant.helpers.template import Template

from ...planning_wiring import SourceRef
from ..types import Candidate, PvForecast, SourceError
from .series import Window, normalise
from .shapes import extract

KIND: Final = "template"


def detect(hass: HomeAssistant) -> Sequence[Candidate]:  # noqa: ARG001  see PvSource
    """Return nothing: a template is written, not found."""
    return ()


def watched(hass: HomeAssistant, ref: SourceRef) -> Sequence[str]:
    """Return the entities that the template reads by name."""
    return sorted(Template(ref.template or "", hass).async_render_to_info().entities)


async def async_fetch(
    hass: HomeAssistant, ref: SourceRef, start: datetime, end: datetime
) -> PvForecast:
    """Return what the template yields; its unit is the chosen one, or a key's."""
    try:
        value = Template(ref.template or "", hass).async_render(parse_result=True)
    except TemplateError as error:
        raise SourceError("pv_template", source=KIND, error=str(error)) from error
    rows, unit = extract(value, ref.options)
    if not rows:
        raise SourceError("pv_shape", source=KIND, attribute="")
    return normalise(
        rows,
        unit,
        KIND,
        Window(start, end),
    )
