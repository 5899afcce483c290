"""What the battery keeps for the house, and why."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import MATCH_ALL, EntityCategory, UnitOfRatio, UnitOfTime

from .buffer_entity import BufferEntity
from .buffering import has_buffer
from .coordinator import LoadstarCoordinator
from .engine.buffer.types import BufferMode
from .entity import each_of
from .models import BufferSnapshot
from .sensor_kinds import LoadstarSensor, LoadstarSensorDescription
from .wiring import SiteConfig


def _why(buffer: BufferSnapshot) -> dict[str, Any]:
    return {"reason": buffer.reason, "reason_data": dict(buffer.reason_data)}


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


BUFFER: Final[tuple[LoadstarSensorDescription[SiteConfig, BufferSnapshot], ...]] = (
    LoadstarSensorDescription(
        key="buffer_target",
        exists=has_buffer,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value=lambda buffer: buffer.target_soc_percent,
        attributes=_why,
    ),
    LoadstarSensorDescription(
        key="buffer_mode",
        exists=has_buffer,
        device_class=SensorDeviceClass.ENUM,
        options=list(BufferMode),
        value=lambda buffer: buffer.mode,
    ),
    LoadstarSensorDescription(
        key="buffer_days_left",
        exists=has_buffer,
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.DAYS,
        suggested_display_precision=1,
        value=lambda buffer: buffer.days_left,
        attributes=lambda buffer: {"ends": _iso(buffer.observation_ends)},
    ),
    LoadstarSensorDescription(
        key="effective_min_soc",
        exists=has_buffer,
        entity_category=EntityCategory.DIAGNOSTIC,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value=lambda buffer: buffer.effective_soc_percent,
        attributes=lambda buffer: _why(buffer) | {"mode": buffer.mode},
    ),
)


class BufferSensor(BufferEntity, LoadstarSensor[SiteConfig, BufferSnapshot]):
    """A sensor of the buffer."""

    # the figures behind a reason change with every step; the action gives a week of them
    _unrecorded_attributes = frozenset({MATCH_ALL})


def buffer_sensors(coordinator: LoadstarCoordinator) -> Iterator[BufferSensor]:
    """Yield the sensors of the buffer, where there is one."""
    for each in each_of({None: coordinator.config}, BUFFER):
        yield BufferSensor(coordinator, *each)
