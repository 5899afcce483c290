"""What managed loads have drawn today, from the statistics of their power sensors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.const import UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util

_UNITS: Final[dict[str, str]] = {"power": UnitOfPower.KILO_WATT}
_LOOK_BACK: Final = timedelta(days=2)
_RUNS_KW: Final = 0.1  # what is more than a stand-by
_PERIOD_S: Final = 300.0
_PERIOD_H: Final = _PERIOD_S / 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadHistory:
    """What a load has had; nothing is known of one that nobody measures.

    ``energy`` is by the start, of the last two days.
    """

    today_kwh: float = 0.0
    last_run_end: datetime | None = None
    running_since: datetime | None = None
    energy: tuple[tuple[datetime, float], ...] = ()  # kWh

    def kwh_since(self, start: datetime) -> float:
        """Return what it has had since an instant of the last two days."""
        return sum(kwh for begun, kwh in self.energy if begun >= start)


async def async_read_loads(
    hass: HomeAssistant, power_entities: Mapping[str, str], now: datetime
) -> dict[str, LoadHistory]:
    """Return what loads have had, by the keys of their power entities."""
    if "recorder" not in hass.config.components or not power_entities:
        return {}
    today = dt_util.start_of_local_day(dt_util.as_local(now))
    return await get_instance(hass).async_add_executor_job(
        _read, hass, power_entities, now, dt_util.as_utc(today)
    )


def _read(
    hass: HomeAssistant, power_entities: Mapping[str, str], now: datetime, today: datetime
) -> dict[str, LoadHistory]:
    found = statistics_during_period(
        hass, now - _LOOK_BACK, now, set(power_entities.values()), "5minute", _UNITS, {"mean"}
    )
    return {
        key: _history(
            [(row["start"], row["end"], row.get("mean") or 0.0) for row in found.get(entity, ())],
            today.timestamp(),
            now.timestamp(),
        )
        for key, entity in power_entities.items()
    }


def _history(means: list[tuple[float, float, float]], today: float, now: float) -> LoadHistory:
    """Return a load's history from means in kW by (start, end), in seconds since 1970."""
    ends = [end for _, end, kw in means if kw > _RUNS_KW]
    since = _running_since(means, now)
    return LoadHistory(
        today_kwh=sum(max(0.0, kw) for start, _, kw in means if start >= today) * _PERIOD_H,
        last_run_end=dt_util.utc_from_timestamp(max(ends)) if ends else None,
        running_since=None if since is None else dt_util.utc_from_timestamp(since),
        energy=tuple(
            (dt_util.utc_from_timestamp(start), kw * _PERIOD_H)
            for start, _, kw in means
            if kw > _RUNS_KW
        ),
    )


def _running_since(means: list[tuple[float, float, float]], now: float) -> float | None:
    """Return when the run began that goes on in the newest mean, which is up to 10 min old."""
    since = None
    edge = now - 2 * _PERIOD_S
    for start, end, kw in reversed(means):
        if kw <= _RUNS_KW or end < edge:
            break
        since = edge = start
    return since
