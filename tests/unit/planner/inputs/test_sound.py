"""What cannot be planned with is refused or left out by name."""

from dataclasses import replace
from datetime import timedelta
import math
from typing import Any

import pytest

from custom_components.loadstar.engine.planner.devices import Grid
from custom_components.loadstar.engine.planner.inputs.sound import (
    UnsoundInputError,
    can_charge,
    check,
    sound_batteries,
)
from tests.unit.planner.inputs.samples import BATTERY, CAR, an_input, codes, some_slots

SLOTS = some_slots(2)


def test_sound_slots_pass() -> None:
    check(SLOTS)


def test_no_slots_are_refused() -> None:
    with pytest.raises(UnsoundInputError, match="no_slots") as refused:
        check(())
    assert refused.value.slot is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"import_price_per_kwh": math.nan}, "not_finite"),
        ({"export_price_per_kwh": math.inf}, "not_finite"),
        ({"load_kwh": math.nan}, "not_finite"),
        ({"hours": math.nan}, "not_finite"),
        ({"pv_kwh": -0.1}, "negative"),
        ({"load_kwh": -0.1}, "negative"),
        ({"hours": 0.0}, "negative"),
        ({"start": SLOTS[3].start + timedelta(minutes=1)}, "not_contiguous"),
    ],
)
def test_slots_that_no_plan_can_be_made_of_are_refused_by_place(
    change: dict[str, Any], code: str
) -> None:
    slots = (*SLOTS[:3], replace(SLOTS[3], **change), *SLOTS[4:])
    with pytest.raises(UnsoundInputError, match=f"{code} in slot 3") as refused:
        check(slots)
    assert (refused.value.code, refused.value.slot) == (code, 3)


@pytest.mark.parametrize(
    ("change", "code", "kept"),
    [
        ({}, None, True),
        ({"soc_percent": None}, "battery_soc_unknown", False),
        ({"soc_percent": math.nan}, "battery_soc_unknown", False),
        ({"capacity_kwh": 0.0}, "battery_capacity_zero", False),
        ({"capacity_kwh": -5.0}, "battery_capacity_zero", False),
        ({"capacity_kwh": math.nan}, "battery_capacity_zero", False),
        ({"soc_percent": 101.0}, "battery_soc_clamped", True),
        ({"soc_percent": -3.0}, "battery_soc_clamped", True),
        ({"charge_efficiency": 0.0}, "battery_efficiency_replaced", True),
        ({"discharge_efficiency": 1.2}, "battery_efficiency_replaced", True),
        ({"discharge_efficiency": math.nan}, "battery_efficiency_replaced", True),
    ],
)
def test_each_fault_of_a_battery_has_its_warning(
    change: dict[str, Any],
    code: str | None,
    kept: bool,  # noqa: FBT001
) -> None:
    batteries, warnings = sound_batteries(an_input(batteries=(replace(BATTERY, **change),)))
    assert codes(warnings) == ([] if code is None else [code])
    assert bool(batteries) is kept
    for battery in batteries:
        assert battery.soc_percent is not None
        assert 0 <= battery.soc_percent <= 100
        assert 0 < battery.charge_efficiency <= 1
        assert 0 < battery.discharge_efficiency <= 1


def test_a_warning_names_the_battery_and_what_it_said() -> None:
    _, (warning,) = sound_batteries(an_input(batteries=(replace(BATTERY, soc_percent=130.0),)))
    assert warning.data == {"device": "battery", "name": "Battery", "soc_percent": 130.0}


@pytest.mark.parametrize(("buffer", "floor"), [(None, 20.0), (35.0, 35.0), (10.0, 10.0)])
def test_the_dynamic_buffer_takes_the_place_of_the_floor(
    buffer: float | None, floor: float
) -> None:
    (battery,), _ = sound_batteries(an_input(batteries=(BATTERY,), buffer_soc_percent=buffer))
    assert battery.min_soc_percent == floor


def test_a_floor_above_the_ceiling_is_the_ceiling() -> None:
    odd = replace(BATTERY, min_soc_percent=90.0, max_soc_percent=80.0)
    (battery,), _ = sound_batteries(an_input(batteries=(odd,)))
    assert (battery.min_soc_percent, battery.max_soc_percent) == (80.0, 80.0)


@pytest.mark.parametrize(
    ("change", "can"),
    [
        ({}, True),
        ({"min_current_a": 16.0}, True),
        ({"min_current_a": 17.0}, False),
        ({"min_current_a": 0.0}, False),
        ({"max_current_a": math.nan}, False),
        ({"efficiency": 0.0}, False),
    ],
)
def test_a_car_whose_limits_make_no_sense_cannot_charge(change: dict[str, Any], can: bool) -> None:  # noqa: FBT001
    assert can_charge(replace(CAR, **change), Grid()) is can


def test_no_car_can_charge_without_voltage() -> None:
    assert not can_charge(CAR, Grid(voltage=0.0))
