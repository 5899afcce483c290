"""The backtest's home obeys physics, and its battery follows the plan's slots."""

from datetime import UTC, datetime, timedelta
from math import inf
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from loadstar_engine.planner.output.types import PlanReason, SlotAction, SlotPlan
import pytest

from benchmarks.backtesting.following import band_of
from benchmarks.backtesting.physics import AT_REST, FREE, Band, Flows, Plant, live

PLANT = Plant()
SUNNY = (2.0, 0.5)  # kWh of sun and of load in a quarter of an hour
DARK = (0.0, 1.0)


def quarter(
    energies: tuple[float, float], band: Band, content_kwh: float = 5.0, plant: Plant = PLANT
) -> Flows:
    """Live through a quarter of an hour."""
    return live(plant, content_kwh, *energies, band)


@pytest.mark.parametrize(
    ("energies", "band", "battery_kwh", "import_kwh", "export_kwh"),
    [
        pytest.param(SUNNY, AT_REST, 0.0, 0.0, 1.5, id="at rest, the surplus is sold"),
        pytest.param(SUNNY, FREE, 1.25, 0.0, 0.25, id="free, it takes the surplus that it can"),
        pytest.param(DARK, AT_REST, 0.0, 1.0, 0.0, id="at rest, the need is bought"),
        pytest.param(DARK, FREE, -1.0, 0.0, 0.0, id="free, it gives what the house needs"),
        pytest.param(DARK, Band(4.0, 4.0), 1.0, 2.0, 0.0, id="an order to charge buys"),
        pytest.param(DARK, Band(-4.8, -4.8), -1.2, 0.0, 0.2, id="an order to give sells"),
        pytest.param(DARK, Band(-2.0, inf), -0.5, 0.5, 0.0, id="no more is given than allowed"),
        pytest.param(SUNNY, Band(-inf, 2.0), 0.5, 0.0, 1.0, id="no more is taken than allowed"),
    ],
)
def test_the_battery_does_what_its_band_allows(
    energies: tuple[float, float],
    band: Band,
    battery_kwh: float,
    import_kwh: float,
    export_kwh: float,
) -> None:
    flows = quarter(energies, band)
    assert flows.charge_kwh - flows.discharge_kwh == pytest.approx(battery_kwh)
    assert (flows.import_kwh, flows.export_kwh) == pytest.approx((import_kwh, export_kwh))


def test_what_goes_in_comes_out_less_the_losses() -> None:
    charged = quarter((1.0, 0.0), FREE)
    assert charged.content_kwh == pytest.approx(5.0 + 0.95)
    assert quarter(DARK, FREE).content_kwh == pytest.approx(5.0 - 1.0 / 0.95)


def test_an_empty_battery_gives_nothing_and_a_full_one_takes_nothing() -> None:
    assert quarter(DARK, FREE, content_kwh=PLANT.floor_kwh).import_kwh == pytest.approx(1.0)
    assert quarter(SUNNY, FREE, content_kwh=PLANT.capacity_kwh).export_kwh == pytest.approx(1.5)


def test_the_inverter_carries_no_more_than_it_can() -> None:
    small = Plant(inverter_kw=4.0)
    sunny = quarter((2.0, 0.0), AT_REST, plant=small)
    assert (sunny.export_kwh, sunny.curtailed_kwh) == pytest.approx((1.0, 1.0))
    assert quarter((2.0, 0.0), FREE, plant=small).curtailed_kwh == pytest.approx(0.0)
    both = quarter((0.9, 1.5), FREE, plant=small)
    assert both.discharge_kwh == pytest.approx(0.1)


_power = st.floats(-8.0, 8.0)


@given(
    content=st.floats(0.0, 10.0),
    pv=st.floats(0.0, 3.0),
    load=st.floats(0.0, 3.0),
    powers=st.one_of(st.just((-inf, inf)), st.tuples(_power, _power).map(sorted).map(tuple)),
)
def test_energy_is_neither_made_nor_lost(
    content: float, pv: float, load: float, powers: tuple[float, float]
) -> None:
    flows = quarter((pv, load), Band(*powers), content_kwh=content)
    used = pv - flows.curtailed_kwh
    assert flows.import_kwh + used + flows.discharge_kwh == pytest.approx(
        flows.export_kwh + load + flows.charge_kwh, abs=1e-9
    )
    assert min(flows.import_kwh, flows.export_kwh) == 0.0
    assert min(flows.charge_kwh, flows.discharge_kwh) == 0.0
    assert min(content, PLANT.floor_kwh) - 1e-9 <= flows.content_kwh <= PLANT.capacity_kwh + 1e-9
    assert flows.charge_kwh <= 1.25 + 1e-9
    assert flows.discharge_kwh <= 1.25 + 1e-9
    assert used + flows.discharge_kwh - flows.charge_kwh <= 2.5 + 1e-9


def planned(action: SlotAction, **powers: float) -> SlotPlan:
    """Return a slot of a plan; powers are kW."""
    start = datetime(2026, 3, 1, 12, tzinfo=UTC)
    values: dict[str, Any] = {
        "start": start,
        "end": start + timedelta(minutes=15),
        "import_price_per_kwh": 0.3,
        "export_price_per_kwh": 0.05,
        "price_is_estimated": False,
        "load_kwh": 0.1,
        "planned_load_kwh": 0.1,
        "pv_kwh": 0.0,
        "planned_pv_kwh": 0.0,
        "curtailed_kw": 0.0,
        "battery_charge_kw": 0.0,
        "battery_discharge_kw": 0.0,
        "projected_soc_percent": 50.0,
        "soc_target_percent": None,
        "import_kw": 0.0,
        "export_kw": 0.0,
        "chargers": {},
        "water_heater_kw": 0.0,
        "loads": {},
        "batteries": {},
        "action": action,
        "reason": PlanReason(code="idle"),
    }
    return SlotPlan(**(values | powers))


@pytest.mark.parametrize(
    ("slot", "band"),
    [
        pytest.param(
            planned(SlotAction.CHARGE_FROM_GRID, battery_charge_kw=3.0, import_kw=3.4),
            Band(3.0, 3.0),
            id="what is charged from the grid is an order",
        ),
        pytest.param(
            planned(SlotAction.EXPORT, battery_discharge_kw=5.0, export_kw=4.0),
            Band(-5.0, -5.0),
            id="so is what a battery sells",
        ),
        pytest.param(
            planned(SlotAction.DISCHARGE, battery_discharge_kw=0.4),
            FREE,
            id="serving all of the house is balancing it",
        ),
        pytest.param(
            planned(SlotAction.DISCHARGE, battery_discharge_kw=0.4, import_kw=1.0),
            Band(-0.4, inf),
            id="serving a part of it gives no more",
        ),
        pytest.param(
            planned(SlotAction.HOLD, import_kw=0.5),
            Band(0.0, inf),
            id="holding takes what surplus there is",
        ),
        pytest.param(
            planned(SlotAction.CHARGE_FROM_PV, battery_charge_kw=2.0),
            FREE,
            id="taking all of the surplus is balancing the house",
        ),
        pytest.param(
            planned(SlotAction.CHARGE_FROM_PV, battery_charge_kw=2.0, export_kw=1.0),
            Band(-inf, 2.0),
            id="taking a part of it takes no more",
        ),
        pytest.param(
            planned(SlotAction.IDLE, export_kw=3.0),
            Band(-inf, 0.0),
            id="waiting for a cheaper surplus takes none, and serves the house under a cloud",
        ),
    ],
)
def test_the_battery_balances_the_house_within_the_plan(slot: SlotPlan, band: Band) -> None:
    assert band_of(slot) == band
