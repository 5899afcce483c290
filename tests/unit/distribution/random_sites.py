"""Random sites, each made of one seed so that a failure can be seen again."""

from dataclasses import dataclass
import random

from custom_components.loadstar.engine.models import (
    BatteryCommand,
    ChargerContext,
    ChargingMode,
    Circuit,
    ConnectorStatus,
    DistributionMode,
    PhaseTriple,
    SiteContext,
)

MAINS = 230.0
ROTATIONS = ("ABC", "BCA", "CAB", "ACB", "B", "CA")
WITH_CAR = (
    ConnectorStatus.CHARGING,
    ConnectorStatus.CHARGING,
    ConnectorStatus.PREPARING,
    ConnectorStatus.SUSPENDED_EV,
    ConnectorStatus.SUSPENDED_EVSE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a random site may have."""

    charging_modes: tuple[ChargingMode, ...] = tuple(ChargingMode)
    distribution_modes: tuple[DistributionMode, ...] = tuple(DistributionMode)
    chargers: tuple[int, int] = (1, 6)
    unbalance: bool = True
    sleepers: bool = True
    excess_behind_asymmetric: bool = True


ANYTHING = Kind()


def random_site(seed: int, kind: Kind = ANYTHING) -> SiteContext:
    """Return a site that is often scarce in one way or another."""
    rng = random.Random(seed)
    phases = rng.choice((1, 3, 3, 3))
    asymmetric = kind.excess_behind_asymmetric and rng.random() < 0.4
    per_phase = MAINS * rng.choice((1, 2, 3)) if phases == 3 else MAINS
    site = SiteContext(
        voltage=MAINS,
        num_phases=phases,
        main_breaker_rating=rng.choice((16.0, 25.0, 35.0, 63.0)),
        solar_production_total=rng.choice((0.0, rng.uniform(0, 60 * per_phase))),
        solar_production_phases=_production(rng) if phases == 3 and rng.random() < 0.2 else None,
        charging_mode=rng.choice(kind.charging_modes),
        distribution_mode=rng.choice(kind.distribution_modes),
        allow_grid_charging=rng.random() < 0.85,
        max_import_power=rng.choice((None, rng.uniform(1, 30) * 3 * MAINS)),
        excess_export_threshold=rng.choice((0.0, rng.uniform(0, 9000))),
        planned_export_power=rng.choice((0.0, rng.uniform(0, 4000))),
        inverter_supports_asymmetric=asymmetric,
        inverter_phases=rng.choice(("ABC", "ABC", "B", "AC")),
        inverter_max_power=rng.choice((None, rng.uniform(2000, 20_000))),
        inverter_max_power_per_phase=rng.choice((None, rng.uniform(1000, 6000))),
        phase_netting=rng.random() < 0.4,
        max_unbalance=rng.choice((None, 16.0, 20.0)) if kind.unbalance else None,
        circuits=_circuits(rng),
    )
    site.phase_a_consumption, site.phase_b_consumption, site.phase_c_consumption = (
        rng.choice((0.0, rng.uniform(0, 8), rng.uniform(0, 30))) for _ in range(3)
    )
    if rng.random() < 0.6:
        _give_battery(site, rng)
    site.chargers = [
        _charger(rng, index, kind, site) for index in range(rng.randint(*kind.chargers))
    ]
    return site


def _production(rng: random.Random) -> PhaseTriple:
    return (rng.uniform(0, 8000), rng.uniform(0, 8000), rng.choice((0.0, rng.uniform(0, 8000))))


def _give_battery(site: SiteContext, rng: random.Random) -> None:
    site.battery_soc = rng.choice((10.0, 20.0, 50.0, 80.0, 95.0))
    site.battery_soc_min = rng.choice((10.0, 20.0))
    site.battery_power = rng.uniform(-4000, 4000)
    site.battery_max_charge_power = rng.uniform(0, 6000)
    site.battery_max_discharge_power = rng.uniform(0, 8000)
    site.battery_command = rng.choice((BatteryCommand.AUTO, BatteryCommand.AUTO, *BatteryCommand))
    site.battery_commanded_power = rng.uniform(0, 5000)


def _circuits(rng: random.Random) -> list[Circuit]:
    names = ["garage", "left", "right", "yard"][: rng.choice((0, 0, 2, 4))]
    parents = {"left": "garage", "right": "garage"}
    return [
        Circuit(
            circuit_id=name,
            limit=rng.choice((10.0, 16.0, 25.0, 32.0)),
            parent=parents.get(name),
            phase_a_consumption=rng.choice((0.0, rng.uniform(0, 12))),
            phase_b_consumption=rng.choice((0.0, rng.uniform(0, 12))),
        )
        for name in names
    ]


def _charger(rng: random.Random, index: int, kind: Kind, site: SiteContext) -> ChargerContext:
    status = rng.choice(WITH_CAR)
    return ChargerContext(
        charger_id=f"charger {index}",
        min_current=rng.choice((6.0, 6.0, 8.0)),
        max_current=rng.choice((10.0, 16.0, 32.0)),
        phases=rng.choice((1, 3)),
        priority=rng.randint(1, 3),
        car_phases=rng.choice((None, None, 1, 2, 3)),
        active_phases_mask=rng.choice((None, None, None, "A", "BC", "ABC")),
        physical_phases_mask="ABC" if rng.random() < 0.1 else None,
        connector_status=status,
        charging_mode=rng.choice((None, *kind.charging_modes)),
        circuit=rng.choice((None, *(circuit.circuit_id for circuit in site.circuits))),
        phase_rotation=rng.choice(ROTATIONS),
        planned_current=rng.choice((None, 0.0, 9.0, 12.5)),
        planned_surplus=rng.random() < 0.5,
        has_goal=rng.random() < 0.5,
        ceiling=rng.choice((None, None, None, 7.0, 13.0)),
        suspended=kind.sleepers and status is ConnectorStatus.SUSPENDED_EV,
    )
