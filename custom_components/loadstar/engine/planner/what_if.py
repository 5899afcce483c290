"""What a plan would cost under other settings, prices, goals or orders; nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass, replace
from datetime import datetime
import math
from typing import Any, Final

from .config import PlannerConfig
from .devices import ChargingGoal, Grid, ManualBlock
from .forced_export import forced_export
from .inputs.types import Circumstances, PlannerInput, SlotData
from .output.plain import PlainError, field_types, from_plain
from .output.types import Schedule
from .pipeline import generate_schedule

# Temperatures are the only settings that make sense below zero.
_DEGREES: Final = "_c"


class OverrideError(ValueError):
    """An override that means nothing here; ``code`` and ``data`` name it."""

    def __init__(self, code: str, **data: object) -> None:
        """Keep what a translated sentence needs."""
        super().__init__(f"{code}: {data}")
        self.code = code
        self.data = data


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChange:
    """Another price per kWh in the slots that begin from ``start`` to before ``end``.

    ``add``: on top of what it is; ``export``: of export rather than import.
    """

    start: datetime
    end: datetime
    price_per_kwh: float
    add: bool = False
    export: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """What is to be different. Nothing is: the stored input is planned again as it was.

    ``settings`` are values by field of ``PlannerConfig``, those of a part as
    ``strategy.risk_appetite``. ``forced_export_kwh`` goes out where export is dearest.
    ``goals`` (by car) take the place of a car's own, ``manual`` blocks are added.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    prices: tuple[PriceChange, ...] = ()
    forced_export_kwh: float = 0.0
    goals: Mapping[str, tuple[ChargingGoal, ...]] = field(default_factory=dict)
    manual: tuple[ManualBlock, ...] = ()
    circumstances: Circumstances | None = None
    min_soc_percent: Mapping[str, float] = field(default_factory=dict)  # by battery
    import_limit_kw: float | None = None
    export_limit_kw: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two plans of the same input, one of them under overrides."""

    now: Schedule
    then: Schedule

    @property
    def cost_now(self) -> float:
        """Return what the plan costs as things are."""
        return self.now.cost

    @property
    def cost_then(self) -> float:
        """Return what it would cost."""
        return self.then.cost

    @property
    def difference(self) -> dict[str, float]:
        """Return by how much each term of the objective would be more, zeros left out."""
        terms = [*self.now.objective, *(set(self.then.objective) - set(self.now.objective))]
        changes = {
            term: self.then.objective.get(term, 0.0) - self.now.objective.get(term, 0.0)
            for term in terms
        }
        return {term: change for term, change in changes.items() if change}


def simulate(
    planner_input: PlannerInput, config: PlannerConfig, overrides: Overrides
) -> Comparison:
    """Return the plan of a stored input as it is and under overrides; neither is acted on.

    Raises OverrideError for a setting, device or figure that does not exist or fit.
    """
    changed_config = with_settings(config, overrides.settings)
    changed_input = with_overrides(planner_input, changed_config, overrides)
    now = generate_schedule(planner_input, config)
    if (changed_input, changed_config) == (planner_input, config):
        return Comparison(now=now, then=now)
    return Comparison(now=now, then=generate_schedule(changed_input, changed_config))


def with_settings(config: PlannerConfig, settings: Mapping[str, Any]) -> PlannerConfig:
    """Return the config with other values, each checked against the type of its field."""
    for name, value in settings.items():
        config = _with_setting(config, name, name.split("."), value)
    return config


def with_overrides(
    planner_input: PlannerInput, config: PlannerConfig, overrides: Overrides
) -> PlannerInput:
    """Return the input with everything of the overrides but settings, which are in ``config``."""
    for each in overrides.prices:
        _check(each.price_per_kwh, "price_per_kwh", signed=True)
    slots = tuple(_repriced(slot, overrides.prices) for slot in planner_input.slots)
    changed = replace(
        _with_devices(planner_input, overrides),
        slots=slots,
        circumstances=overrides.circumstances or planner_input.circumstances,
    )
    forced = _check(overrides.forced_export_kwh, "forced_export_kwh")
    load_factor = config.strategy.base_factor
    blocks = forced_export(changed, forced, load_factor=load_factor) if forced > 0.0 else ()
    return replace(changed, manual=(*planner_input.manual, *overrides.manual, *blocks))


def _with_devices(planner_input: PlannerInput, overrides: Overrides) -> PlannerInput:
    cars = {car.car_id for car in planner_input.cars}
    batteries = {battery.battery_id for battery in planner_input.batteries}
    for device_id in (
        *(overrides.goals.keys() - cars),
        *(overrides.min_soc_percent.keys() - batteries),
    ):
        raise OverrideError("unknown_device", device=device_id)
    return replace(
        planner_input,
        grid=_with_limits(planner_input.grid, overrides),
        cars=tuple(
            replace(car, goals=overrides.goals.get(car.car_id, car.goals))
            for car in planner_input.cars
        ),
        batteries=tuple(
            replace(
                battery,
                min_soc_percent=_check(
                    overrides.min_soc_percent.get(battery.battery_id, battery.min_soc_percent),
                    "min_soc_percent",
                ),
            )
            for battery in planner_input.batteries
        ),
    )


def _with_limits(grid: Grid, overrides: Overrides) -> Grid:
    if overrides.import_limit_kw is not None:
        limit_kw = _check(overrides.import_limit_kw, "import_limit_kw")
        grid = replace(grid, import_limit_kw=limit_kw)
    if overrides.export_limit_kw is not None:
        limit_kw = _check(overrides.export_limit_kw, "export_limit_kw")
        grid = replace(grid, export_limit_kw=limit_kw)
    return grid


def _repriced(slot: SlotData, changes: tuple[PriceChange, ...]) -> SlotData:
    for change in changes:
        if not change.start <= slot.start < change.end:
            continue
        price = change.price_per_kwh
        if change.export:
            before = slot.export_price_per_kwh if change.add else 0.0
            slot = replace(slot, export_price_per_kwh=before + price)
        else:
            before = slot.import_price_per_kwh if change.add else 0.0
            slot = replace(slot, import_price_per_kwh=before + price)
    return slot


def _with_setting(part: Any, name: str, path: list[str], value: Any) -> Any:
    """Return a config, or a part of one, with another value at a dotted path."""
    types = field_types(type(part))
    first, *rest = path
    if first not in types or (bool(rest) != is_dataclass(getattr(part, first))):
        raise OverrideError("unknown_setting", setting=name)
    if rest:
        new = _with_setting(getattr(part, first), name, rest, value)
    else:
        try:
            new = from_plain(types[first], value)
        except PlainError as error:
            raise OverrideError("invalid_value", setting=name, expected=error.expected) from error
        if isinstance(new, float | int) and not first.endswith(_DEGREES):
            _check(new, name)
    return replace(part, **{first: new})


def _check(value: float, name: str, *, signed: bool = False) -> float:
    if not math.isfinite(value) or (value < 0.0 and not signed):
        expected = "a number" if signed else "a number of at least 0"
        raise OverrideError("invalid_value", setting=name, expected=expected)
    return value
