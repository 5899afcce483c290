"""What every source of prices or of a PV forecast offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from homeassistant.core import HomeAssistant

from ..engine.planner.inputs.pv import EnergyPeriod
from ..engine.planner.inputs.types import PlanWarning
from ..engine.prices.types import RawPrice
from ..planning_wiring import SourceRef


class SourceError(Exception):
    """A source that gave nothing of use; ``code`` and ``data`` are those of a ``PlanWarning``."""

    def __init__(self, code: str, **data: str | float) -> None:
        """Say why."""
        super().__init__(code)
        self.warning = PlanWarning(code=code, data=data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a price source gave, in currency per kWh, in any order, with gaps as they are."""

    prices: tuple[RawPrice, ...]
    currency: str | None = None
    warnings: tuple[PlanWarning, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PvForecast:
    """What a PV source gave; periods do not overlap and are in order."""

    periods: tuple[EnergyPeriod, ...]
    warnings: tuple[PlanWarning, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A source that is there, for the flow to offer: its reference and a name to show."""

    ref: SourceRef
    name: str


class PriceSource(Protocol):
    """A module under ``sources/prices``, looked up by ``SourceRef.kind``."""

    def detect(self, hass: HomeAssistant) -> Sequence[Candidate]:
        """Return what could be read here."""

    def watched(self, hass: HomeAssistant, ref: SourceRef) -> Sequence[str]:
        """Return the entities whose change means new prices; none: ask again hourly."""

    async def async_fetch(
        self, hass: HomeAssistant, ref: SourceRef, start: datetime, end: datetime
    ) -> Prices:
        """Return prices from ``start`` to ``end`` as far as known; raise SourceError."""


class PvSource(Protocol):
    """A module under ``sources/pv``, looked up by ``SourceRef.kind``."""

    def detect(self, hass: HomeAssistant) -> Sequence[Candidate]:
        """Return what could be read here."""

    def watched(self, hass: HomeAssistant, ref: SourceRef) -> Sequence[str]:
        """Return the entities whose change means a new forecast; none: ask again hourly."""

    async def async_fetch(
        self, hass: HomeAssistant, ref: SourceRef, start: datetime, end: datetime
    ) -> PvForecast:
        """Return the forecast from ``start`` to ``end`` as far as known; raise SourceError."""
