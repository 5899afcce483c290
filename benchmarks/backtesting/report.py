"""What each strategy came to, for people and for machines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .ledger import Ledger
from .physics import Plant
from .strategies import NO_CONTROL, PERFECT


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A strategy's days; money and energies are per day.

    ``regret_percent`` is the cost beyond perfect foresight as a part of what the home
    without control pays for import; ``share_percent`` the part of the saving that perfect
    foresight makes.
    """

    strategy: str
    days: float
    cost: float
    bought: float
    sold: float
    wear: float
    left: float
    regret: float
    regret_percent: float
    share_percent: float
    import_kwh: float
    export_kwh: float
    cycles: float
    reserve_percent: float | None  # mean
    under_reserve_h: float
    under_base_h: float
    plans: int
    failed: int
    forecast_ms: float | None  # per plan
    plan_ms: float | None


def rows(ledgers: Mapping[str, Ledger], plant: Plant) -> list[Row]:
    """Return a row for each strategy."""
    nobody, best = ledgers[NO_CONTROL.name], ledgers[PERFECT.name]
    attainable = nobody.cost - best.cost

    def row(name: str, it: Ledger) -> Row:
        def daily(value: float) -> float:
            return round(value / it.days, 4)

        regret = it.cost - best.cost
        return Row(
            strategy=name,
            days=it.days,
            cost=daily(it.cost),
            bought=daily(it.bought),
            sold=daily(it.sold),
            wear=daily(it.wear),
            left=daily(it.left),
            regret=daily(regret),
            regret_percent=round(100 * regret / nobody.bought, 2),
            share_percent=round(100 * (nobody.cost - it.cost) / attainable, 1),
            import_kwh=daily(it.import_kwh),
            export_kwh=daily(it.export_kwh),
            cycles=daily(it.cycled_kwh / plant.capacity_kwh),
            reserve_percent=round(it.reserve_percent_h / it.planned_h, 1) if it.plans else None,
            under_reserve_h=daily(it.under_reserve_h),
            under_base_h=daily(it.under_base_h),
            plans=it.plans,
            failed=it.failed,
            forecast_ms=round(1000 * it.forecast_s / it.plans, 1) if it.plans else None,
            plan_ms=round(1000 * it.plan_s / it.plans, 1) if it.plans else None,
        )

    return [row(name, ledger) for name, ledger in ledgers.items()]


def table(found: Sequence[Row]) -> str:
    """Return the rows for people."""
    head = (
        f"{'per day':<26}{'cost':>9}{'regret':>9}{'%':>7}{'share %':>9}{'import':>8}{'export':>8}"
        f"{'cycles':>8}{'reserve %':>11}{'under h':>9}{'under 30 %':>12}{'ms':>7}"
    )
    return "\n".join([head, *map(_line, found)])


def _line(it: Row) -> str:
    reserve = "-" if it.reserve_percent is None else f"{it.reserve_percent:.1f}"
    under = "-" if it.reserve_percent is None else f"{it.under_reserve_h:.2f}"
    milliseconds = "-" if it.plan_ms is None else f"{it.plan_ms + (it.forecast_ms or 0.0):.0f}"
    failed = f"  {it.failed} of {it.plans} plans failed" if it.failed else ""
    return (
        f"{it.strategy:<26}{it.cost:>9.3f}{it.regret:>9.3f}{it.regret_percent:>7.1f}"
        f"{it.share_percent:>9.1f}{it.import_kwh:>8.1f}{it.export_kwh:>8.1f}{it.cycles:>8.2f}"
        f"{reserve:>11}{under:>9}{it.under_base_h:>12.1f}{milliseconds:>7}{failed}"
    )
