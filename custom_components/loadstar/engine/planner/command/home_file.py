"""The devices of a home, and the planner's settings, from a YAML file."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..config import PlannerConfig
from ..devices import (
    Battery,
    Car,
    DeferrableLoad,
    Grid,
    ManualBlock,
    PeakTariff,
    WaterHeater,
)
from ..inputs.types import Circumstances, DayOutlook
from ..output.plain import PlainError, from_plain
from .document import Document
from .ranges import check_ranges
from .yaml_file import read_yaml

# Where only a name is given, it serves as the id.
IDS: Final = {
    "batteries": ("battery_id",),
    "cars": ("car_id", "charger_id"),
    "water_heaters": ("load_id",),
    "deferrables": ("load_id",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Everything about a home but its slots."""

    time_zone: str = "UTC"
    currency: str = "EUR"
    grid: Grid = field(default_factory=Grid)
    batteries: tuple[Battery, ...] = ()
    cars: tuple[Car, ...] = ()
    water_heaters: tuple[WaterHeater, ...] = ()
    deferrables: tuple[DeferrableLoad, ...] = ()
    peak_tariff: PeakTariff | None = None
    outlook: tuple[DayOutlook, ...] = ()
    circumstances: Circumstances = field(default_factory=Circumstances)
    manual: tuple[ManualBlock, ...] = ()
    buffer_soc_percent: float | None = None
    settings: PlannerConfig = field(default_factory=PlannerConfig)


def read_home(file: Path) -> Home:
    """Return a home; its times without an offset are in its own zone. Raises FileError."""
    document = read_yaml(file)
    try:
        return _home(document)
    except PlainError as error:
        raise document.error(error) from error


def _home(document: Document) -> Home:
    data = {} if document.data is None else document.data
    if not isinstance(data, dict):
        raise PlainError((), "a mapping", data)
    home = from_plain(Home, _with_ids(data), _zone(data.get("time_zone", "UTC")))
    check_ranges(home)
    _check_names(home)
    return home


def _zone(name: Any) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError, ValueError, TypeError, OSError:
        raise PlainError(("time_zone",), "a time zone such as Europe/Berlin", name) from None


def _with_ids(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data with a device's name, or a block's number, where an id is missing."""
    filled = dict(data)
    for kind, ids in IDS.items():
        if kind in data:
            filled[kind] = _named(data[kind], ids)
    if isinstance(data.get("manual"), list):
        filled["manual"] = [
            {"block_id": str(number), **block} if isinstance(block, dict) else block
            for number, block in enumerate(data["manual"], start=1)
        ]
    grid = data.get("grid")
    if isinstance(grid, dict) and "circuits" in grid:
        filled["grid"] = {**grid, "circuits": _named(grid["circuits"], ("circuit_id",))}
    return filled


def _named(devices: Any, ids: tuple[str, ...]) -> Any:
    if not isinstance(devices, list):
        return devices
    return [
        {**dict.fromkeys(ids, device["name"]), **device}
        if isinstance(device, dict) and "name" in device
        else device
        for device in devices
    ]


def _check_names(home: Home) -> None:
    """Refuse two devices of one id: the plan could not tell them apart."""
    seen: set[str] = set()
    for kind, ids in IDS.items():
        for index, device in enumerate(getattr(home, kind)):
            device_id = getattr(device, ids[0])
            if device_id in seen:
                raise PlainError((kind, index, "name"), "a name of its own", device_id)
            seen.add(device_id)
