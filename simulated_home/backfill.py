"""Gives the recorder the year that the house has behind it, as statistics of its sensors.

The recorder's own import looks for every row before it writes it: with a year of a house's
sensors it is busy for half a minute. So here is a task for its thread that writes them at once.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, override

from homeassistant.components.recorder.db_schema import (
    Statistics,
    StatisticsBase,
    StatisticsShortTerm,
)
from homeassistant.components.recorder.models import StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import (
    STATISTIC_UNIT_TO_UNIT_CONVERTER,
    get_metadata,
)
from homeassistant.components.recorder.tasks import RecorderTask
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance, session_scope
from homeassistant.util import dt as dt_util
from sqlalchemy import delete, insert
from sqlalchemy.orm.session import Session

from .almanac import HouseClock
from .const import DOMAIN
from .history import History, Means, remember

if TYPE_CHECKING:
    from homeassistant.components.recorder.core import Recorder

_RECENT_DAYS: Final = 10  # by 5 min; the recorder keeps those for a few days only


async def async_is_filled(hass: HomeAssistant, entry_id: str) -> bool:
    """Whether the recorder has statistics of the house."""
    entity_id = _entity_id(hass, entry_id, "pv_power")
    if entity_id is None:
        return False
    return bool(
        await get_instance(hass).async_add_executor_job(
            lambda: get_metadata(hass, statistic_ids={entity_id})
        )
    )


async def async_fill(
    hass: HomeAssistant, entry_id: str, seed: int, clock: HouseClock, voltage: float
) -> None:
    """Write the year before now, over what is there of it; return when it can be read.

    The recorder begins to write when Home Assistant has started.
    """
    zone = dt_util.get_default_time_zone()
    history = await hass.async_add_executor_job(
        remember, seed, clock, dt_util.utcnow(), zone, voltage
    )
    for key in history.values:
        if (entity_id := _entity_id(hass, entry_id, key)) is not None:
            await _write(hass, _metadata(hass, entity_id), history, key)


async def _write(
    hass: HomeAssistant, metadata: StatisticMetaData, history: History, key: str
) -> None:
    """Let the recorder write a sensor's past, and wait until it has."""
    written = asyncio.Event()
    task = _WriteTask(metadata, history, key, lambda: hass.loop.call_soon_threadsafe(written.set))
    get_instance(hass).queue_task(task)
    await written.wait()


def _metadata(hass: HomeAssistant, entity_id: str) -> StatisticMetaData:
    state = hass.states.get(entity_id)
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT) if state else None
    converter = STATISTIC_UNIT_TO_UNIT_CONVERTER.get(unit)
    return StatisticMetaData(
        mean_type=StatisticMeanType.ARITHMETIC,
        has_sum=False,
        name=None,
        source="recorder",
        statistic_id=entity_id,
        unit_class=converter.UNIT_CLASS if converter else None,
        unit_of_measurement=unit,
    )


@dataclass(slots=True)
class _WriteTask(RecorderTask):
    """Writes a statistic in the recorder's thread."""

    metadata: StatisticMetaData
    history: History
    key: str
    on_done: Callable[[], object]

    @override
    def run(self, instance: Recorder) -> None:
        try:
            with session_scope(session=instance.get_session()) as session:
                manager = instance.statistics_meta_manager
                known = manager.get_many(session, statistic_ids={self.metadata["statistic_id"]})
                _, metadata_id = manager.update_or_add(session, self.metadata, known)
                for table, means in (
                    (Statistics, self.history.hourly(self.key)),
                    (StatisticsShortTerm, self.history.recent(self.key, _RECENT_DAYS)),
                ):
                    _replace(session, table, metadata_id, means)
        finally:
            self.on_done()


def _replace(session: Session, table: type[StatisticsBase], metadata_id: int, means: Means) -> None:
    """Write means, in place of those that are there of the same time."""
    first, last = float(means.start_s[0]), float(means.start_s[-1])
    is_old = (table.metadata_id == metadata_id) & table.start_ts.between(first, last)
    session.execute(delete(table).where(is_old))
    session.connection().execute(insert(table), _rows(metadata_id, means))


def _rows(metadata_id: int, means: Means) -> list[dict[str, float]]:
    columns = (means.start_s.tolist(), means.mean.tolist(), means.low.tolist(), means.high.tolist())
    return [
        {
            "metadata_id": metadata_id,
            "start_ts": float(start),
            "mean": mean,
            "min": low,
            "max": high,
        }
        for start, mean, low, high in zip(*columns, strict=True)
    ]


def _entity_id(hass: HomeAssistant, entry_id: str, key: str) -> str | None:
    return er.async_get(hass).async_get_entity_id(Platform.SENSOR, DOMAIN, f"{entry_id}_{key}")
