"""Powers become energies of quarter hours, and what was not seen is said so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.engine.learning.types import Quality, SlotObservation
from custom_components.loadstar.observing.powers import Powers
from custom_components.loadstar.observing.slot import SLOT_S, Integrator, joined

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NOON_S = NOON.timestamp()
BUSY = Powers(
    import_w=1200.0,
    export_w=0.0,
    pv_w=3000.0,
    load_w=800.0,
    battery_w=-400.0,
    water_w=2000.0,
    chargers_w={"garage": 1800.0},
    soc_percent=50.0,
    import_price_per_kwh=0.3,
    export_price_per_kwh=0.08,
)


def run(
    integrator: Integrator, begin_s: float, until_s: float, powers: Powers, every_s: float = 10.0
) -> list[SlotObservation]:
    """Tell the same powers again and again; return the slots that have closed."""
    closed = []
    at_s = begin_s
    while at_s <= until_s:
        row = integrator.step(at_s, powers)
        closed += [] if row is None else [row]
        at_s += every_s
    return closed


def test_a_slot_holds_its_energies_prices_and_soc() -> None:
    integrator = Integrator()
    run(integrator, NOON_S, NOON_S + 600, BUSY)
    then = Powers(import_price_per_kwh=0.4, soc_percent=44.0)
    (row,) = run(integrator, NOON_S + 600, NOON_S + SLOT_S, then)
    assert row.start == NOON
    assert row.import_kwh == pytest.approx(0.2)
    assert row.export_kwh == 0
    assert row.pv_kwh == pytest.approx(0.5)
    assert row.load_kwh == pytest.approx(0.8 / 6)
    assert row.battery_charge_kwh == 0
    assert row.battery_discharge_kwh == pytest.approx(0.4 / 6)
    assert row.water_kwh == pytest.approx(2.0 / 6)
    assert row.chargers_kwh == {"garage": pytest.approx(0.3)}
    assert (row.soc_start_percent, row.soc_end_percent) == (50.0, 44.0)
    assert row.import_price_per_kwh == 0.4
    assert row.export_price_per_kwh == 0.08
    assert row.quality == Quality.INTEGRATED | Quality.PARTIAL


def test_a_slot_that_was_seen_from_end_to_end_is_whole() -> None:
    (row,) = run(Integrator(), NOON_S, NOON_S + SLOT_S, BUSY)
    assert row.quality == Quality.INTEGRATED
    assert row.import_kwh == pytest.approx(0.3)


@settings(max_examples=40)
@given(
    steps=st.lists(st.tuples(st.floats(0.1, 29.0), st.floats(-5000, 5000)), min_size=60),
    offset_s=st.floats(0, 899),
)
def test_no_energy_is_lost_or_made_where_slots_meet(
    steps: list[tuple[float, float]], offset_s: float
) -> None:
    integrator, at_s, charged_ws, discharged_ws = Integrator(), NOON_S + offset_s, 0.0, 0.0
    rows: list[SlotObservation | None] = []
    for seconds, power_w in steps:
        rows.append(integrator.step(at_s, Powers(battery_w=power_w)))
        at_s += seconds
        charged_ws += max(0.0, power_w) * seconds
        discharged_ws += max(0.0, -power_w) * seconds
    rows += [integrator.step(at_s, Powers()), integrator.row()]
    known = [row for row in rows if row is not None]
    assert sum(row.battery_charge_kwh or 0.0 for row in known) == pytest.approx(
        charged_ws / 3.6e6, abs=1e-6
    )
    assert sum(row.battery_discharge_kwh or 0.0 for row in known) == pytest.approx(
        discharged_ws / 3.6e6, abs=1e-6
    )


@pytest.mark.parametrize(
    ("silence_s", "quality"),
    [
        (30, Quality.INTEGRATED),  # what flowed before is taken to have gone on
        (80, Quality.INTEGRATED),
        (120, Quality.INTEGRATED | Quality.PARTIAL),
    ],
)
def test_more_than_a_tenth_that_was_not_seen_is_said(silence_s: float, quality: Quality) -> None:
    integrator = Integrator()
    run(integrator, NOON_S, NOON_S + 300, BUSY)
    (row,) = run(integrator, NOON_S + 300 + silence_s, NOON_S + SLOT_S, BUSY)
    assert row.quality == quality
    unseen_s = silence_s if silence_s > 30 else 0
    assert row.import_kwh == pytest.approx(1.2 * (SLOT_S - unseen_s) / 3600)


def test_what_was_never_known_is_not_invented() -> None:
    nothing = Powers(import_w=500.0, export_w=0.0)
    (row,) = run(Integrator(), NOON_S, NOON_S + SLOT_S, nothing)
    assert row.import_kwh == pytest.approx(0.125)
    assert replace(row, import_kwh=None) == SlotObservation(
        start=NOON, export_kwh=0.0, quality=Quality.INTEGRATED
    )


@pytest.mark.parametrize("name", ["import_w", "pv_w", "load_w", "battery_w", "water_w"])
def test_one_power_that_was_seen_in_part_makes_the_slot_partial(name: str) -> None:
    values: dict[str, Any] = {
        "import_w": 1.0,
        "pv_w": 1.0,
        "load_w": 1.0,
        "battery_w": 1.0,
        "water_w": 1.0,
    }
    integrator = Integrator()
    run(integrator, NOON_S, NOON_S + 400, Powers(**values))
    (row,) = run(integrator, NOON_S + 400, NOON_S + SLOT_S, Powers(**(values | {name: None})))
    assert Quality.PARTIAL in row.quality


def test_a_charger_that_was_lost_on_the_way_makes_the_slot_partial() -> None:
    integrator = Integrator()
    run(integrator, NOON_S, NOON_S + 400, Powers(chargers_w={"garage": 3600.0}))
    gone = Powers(chargers_w={"garage": None, "carport": None})
    (row,) = run(integrator, NOON_S + 400, NOON_S + SLOT_S, gone)
    assert row.chargers_kwh == {"garage": pytest.approx(0.4)}
    assert Quality.PARTIAL in row.quality


@pytest.mark.parametrize(
    ("load_w", "load_kwh", "doubtful"),
    [(-200.0, 0.0, True), (-40.0, 0.0, False), (0.0, 0.0, False), (400.0, 0.1, False)],
)
def test_a_household_that_gives_is_implausible(
    load_w: float,
    load_kwh: float,
    doubtful: bool,  # noqa: FBT001  a column of the table
) -> None:
    (row,) = run(Integrator(), NOON_S, NOON_S + SLOT_S, Powers(load_w=load_w))
    assert row.load_kwh == pytest.approx(load_kwh)
    assert (Quality.IMPLAUSIBLE in row.quality) == doubtful


def test_nothing_seen_is_no_slot() -> None:
    integrator = Integrator()
    begun = [integrator.has_begun]
    assert integrator.row() is None
    integrator.step(NOON_S + 10, BUSY)
    begun.append(integrator.has_begun)
    assert begun == [False, True]
    assert integrator.row() is None
    assert integrator.step(NOON_S + SLOT_S + 10, BUSY) is None


def test_a_leap_of_the_clock_counts_nothing_for_the_time_between() -> None:
    integrator = Integrator()
    run(integrator, NOON_S, NOON_S + 300, BUSY)
    row = integrator.step(NOON_S + 7200, BUSY)
    assert row is not None
    assert row.start == NOON
    assert row.import_kwh == pytest.approx(0.1)
    assert Quality.PARTIAL in row.quality
    rows = run(integrator, NOON_S + 7210, NOON_S + 7200 + SLOT_S, BUSY)
    assert [row.start for row in rows] == [NOON + timedelta(hours=2)]
    assert rows[0].quality == Quality.INTEGRATED


def test_a_clock_that_is_put_back_into_a_slot_before_leaves_parts() -> None:
    integrator = Integrator()
    run(integrator, NOON_S, NOON_S + 300, BUSY)
    rows = run(integrator, NOON_S - 300, NOON_S + SLOT_S, BUSY)
    assert [row.start for row in rows] == [NOON, NOON - timedelta(minutes=15), NOON]
    assert [Quality.PARTIAL in row.quality for row in rows] == [True, True, False]
    assert rows[2].import_kwh == pytest.approx(0.3)


def test_a_part_that_is_shown_twice_by_the_clock_is_not_whole() -> None:
    integrator = Integrator()
    run(integrator, NOON_S, NOON_S + 600, BUSY)
    (row,) = run(integrator, NOON_S + 300, NOON_S + SLOT_S, BUSY)
    assert Quality.PARTIAL in row.quality


BEFORE = SlotObservation(
    start=NOON,
    import_kwh=0.1,
    load_kwh=0.05,
    soc_start_percent=52.0,
    soc_end_percent=51.0,
    chargers_kwh={"garage": 0.5, "gone": 0.2},
    quality=Quality.INTEGRATED,
)


def test_a_restart_in_the_middle_of_a_slot_loses_only_what_nobody_saw() -> None:
    integrator = Integrator()
    integrator.go_on_from(BEFORE)
    (row,) = run(integrator, NOON_S + 400, NOON_S + SLOT_S, BUSY)
    assert row.import_kwh == pytest.approx(0.1 + 1.2 * 500 / 3600)
    assert row.pv_kwh == pytest.approx(3.0 * 500 / 3600)
    assert row.load_kwh == pytest.approx(0.05 + 0.8 * 500 / 3600)
    assert row.chargers_kwh == {"garage": pytest.approx(0.75), "gone": 0.2}
    assert (row.soc_start_percent, row.soc_end_percent) == (52.0, 50.0)
    assert Quality.PARTIAL in row.quality
    (following,) = run(integrator, NOON_S + 910, NOON_S + 2 * SLOT_S, BUSY)
    assert following.import_kwh == pytest.approx(0.3)
    assert following.quality == Quality.INTEGRATED


def test_a_row_of_another_slot_is_not_added() -> None:
    integrator = Integrator()
    integrator.go_on_from(BEFORE)
    (row,) = run(integrator, NOON_S + SLOT_S, NOON_S + 2 * SLOT_S, BUSY)
    assert row.import_kwh == pytest.approx(0.3)


def test_parts_of_which_neither_knows_a_figure_do_not_make_one_up() -> None:
    both = joined(BEFORE, SlotObservation(start=NOON))
    assert (both.pv_kwh, both.import_kwh, both.soc_end_percent) == (None, 0.1, None)
