"""What happens in one random hour of a home."""

from dataclasses import dataclass, field
import random

from loadstar_engine.simulation import CarConfig

from custom_components.loadstar.engine.models import ChargingMode, DistributionMode
from custom_components.loadstar.engine.simulation import (
    BatteryConfig,
    Load,
    PvConfig,
    StepLoad,
)

HOUR_S = 3600
ROTATIONS = ("ABC", "BCA", "CAB")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A time in which connections are cut: of one charger, or of all as Loadstar is down."""

    start_s: float
    end_s: float
    charger_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bay:
    """A charger as wired, and the car in front of it."""

    charger_id: str
    variant: str
    rotation: str
    rated_a: float
    fallback_a: float
    reaction_s: float
    car: CarConfig
    plugged_at_s: float
    mode: ChargingMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """One hour; the same seed is the same hour for every variant."""

    seed: int
    breaker_a: float
    distribution: DistributionMode
    base_load_w: tuple[float, float, float]
    loads: tuple[Load, ...]
    pv: PvConfig | None
    battery: BatteryConfig | None
    bays: tuple[Bay, ...]
    outages: tuple[Outage, ...] = field(default=())


def random_hour(seed: int, variant: str) -> Hour:
    """Return a random hour; the first charger is of ``variant``, the second obeys."""
    rng = random.Random(seed)  # noqa: S311  repeatable, not secret
    breaker = rng.choice((20.0, 25.0, 25.0, 32.0, 35.0))
    # what the flow lets a user set: half of the breaker is the household's
    fallbacks = (6.0, 6.0) if breaker / 2 >= 12.0 else (6.0, 0.0)
    bays = tuple(
        _bay(rng, charger_id, kind, fallback)
        for charger_id, kind, fallback in zip(
            ("garage", "driveway"), (variant, "obedient"), fallbacks, strict=True
        )
    )
    return Hour(
        seed=seed,
        breaker_a=breaker,
        distribution=rng.choice(list(DistributionMode)),
        base_load_w=(rng.uniform(50, 900), rng.uniform(50, 900), rng.uniform(50, 900)),
        loads=tuple(_load(rng, index, breaker) for index in range(rng.randint(2, 9))),
        pv=_sun(rng) if rng.random() < 0.6 else None,
        battery=BatteryConfig(soc_percent=rng.uniform(10, 95)) if rng.random() < 0.4 else None,
        bays=bays,
        outages=tuple(_outages(rng)),
    )


def _bay(rng: random.Random, charger_id: str, variant: str, fallback_a: float) -> Bay:
    car = CarConfig(
        phases=rng.choice((1, 3, 3)),
        capacity_kwh=1000.0,
        draw_factor=rng.choice((1.0, 1.0, 0.9)),
        reaction_s=rng.uniform(0.5, 8.0),
    )
    return Bay(
        charger_id=charger_id,
        variant=variant,
        rotation=rng.choice(ROTATIONS),
        rated_a=16.0,
        fallback_a=fallback_a,
        reaction_s=rng.uniform(0.2, 5.0),
        car=car,
        plugged_at_s=rng.uniform(0, 600),
        mode=rng.choice((ChargingMode.STANDARD, ChargingMode.STANDARD, *ChargingMode)),
    )


def _load(rng: random.Random, index: int, breaker_a: float) -> Load:
    start = rng.uniform(0, HOUR_S)
    phases = rng.choice(("A", "B", "C", "A", "B", "C", "ABC"))
    return StepLoad(
        name=f"load {index}",
        phases=phases,
        on_power_w=rng.uniform(500, 230.0 * breaker_a / 2) * len(phases),
        start_s=start,
        end_s=start + rng.choice((rng.uniform(5, 60), rng.uniform(60, 1200))),
    )


def _sun(rng: random.Random) -> PvConfig:
    # the hour begins at midnight: shifted to some time of a summer's day
    return PvConfig(
        peak_w=rng.uniform(3000, 12_000),
        cloudiness=rng.uniform(0, 1),
        noise=0.02,
        shift_s=rng.uniform(8, 17) * 3600.0,
    )


def _outages(rng: random.Random) -> list[Outage]:
    outages = []
    for charger_id in ("garage", "driveway", None):
        if rng.random() < 0.25:
            start = rng.uniform(300, HOUR_S - 600)
            outages.append(
                Outage(start_s=start, end_s=start + rng.uniform(5, 300), charger_id=charger_id)
            )
    return outages
