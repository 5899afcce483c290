"""How full batteries are to be when the plan ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..devices import Battery
from ..inputs.types import PlanWarning

_WORTH_A_WORD_PERCENT = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSoc:
    """The targets in percent by battery, of all batteries together, and what is out of reach."""

    by_battery: Mapping[str, float]
    together: float | None
    warnings: tuple[PlanWarning, ...] = ()


def target_soc(
    batteries: Sequence[Battery],
    *,
    s_index: float,
    scaling: float,
    least_percent: float,
    chargeable_kwh: Mapping[str, float],
) -> TargetSoc:
    """Return SoC targets: floor + (S - 1)·scaling, at least the floor and ``least_percent``.

    ``chargeable_kwh`` is what each battery can take at the AC side until the plan ends: a
    target beyond that is lowered to it, and a warning ``target_soc_unreachable`` says so.
    """
    targets: dict[str, float] = {}
    warnings = []
    for battery in batteries:
        floor = battery.min_soc_percent
        wanted = max(floor, floor + (s_index - 1) * scaling, least_percent)
        wanted = min(wanted, battery.max_soc_percent)
        reachable = _reachable_percent(battery, chargeable_kwh[battery.battery_id])
        targets[battery.battery_id] = min(wanted, reachable)
        if wanted - reachable > _WORTH_A_WORD_PERCENT:
            warnings.append(
                PlanWarning(
                    code="target_soc_unreachable",
                    data={
                        "device": battery.battery_id,
                        "name": battery.name,
                        "target_percent": round(wanted, 1),
                        "reachable_percent": round(reachable, 1),
                    },
                )
            )
    return TargetSoc(
        by_battery=targets, together=_together(batteries, targets), warnings=tuple(warnings)
    )


def _reachable_percent(battery: Battery, chargeable_kwh: float) -> float:
    gained = chargeable_kwh * battery.charge_efficiency / battery.capacity_kwh * 100
    return min(100.0, (battery.soc_percent or 0.0) + gained)


def _together(batteries: Sequence[Battery], targets: Mapping[str, float]) -> float | None:
    """Return the targets' mean by capacity."""
    if not batteries:
        return None
    content = sum(targets[battery.battery_id] * battery.capacity_kwh for battery in batteries)
    return content / sum(battery.capacity_kwh for battery in batteries)
