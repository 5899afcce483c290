"""The last plan is found again on the slots of the next."""

from datetime import timedelta

import numpy as np
import pytest

from custom_components.loadstar.engine.planner.inputs.previous import align_previous
from custom_components.loadstar.engine.planner.inputs.types import PreviousPlan
from tests.unit.planner.inputs.samples import NOON, some_slots

QUARTER = timedelta(minutes=15)


def test_without_a_last_plan_there_is_none() -> None:
    assert align_previous(None, some_slots(1)) is None


def test_slots_are_aligned_by_their_start_and_new_ones_are_unknown() -> None:
    previous = PreviousPlan(
        energy_kwh={NOON - QUARTER: {"a": 9.0}, NOON: {"a": 1.0, "b": -0.5}, NOON + QUARTER: {}}
    )
    found = align_previous(previous, some_slots(0.75))
    assert found is not None
    np.testing.assert_allclose(found.energy_kwh["a"], [1.0, np.nan, np.nan])
    np.testing.assert_allclose(found.energy_kwh["b"], [-0.5, np.nan, np.nan])


def test_a_slot_that_has_begun_since_counts_by_what_is_left_of_it() -> None:
    previous = PreviousPlan(energy_kwh={NOON: {"a": 1.5}})
    found = align_previous(previous, some_slots(1, start=NOON + timedelta(minutes=10)))
    assert found is not None
    assert found.energy_kwh["a"][0] == pytest.approx(0.5)


def test_a_last_plan_that_began_within_the_slot_counts_by_its_power() -> None:
    previous = PreviousPlan(energy_kwh={NOON + timedelta(minutes=5): {"a": 1.0}})
    found = align_previous(previous, some_slots(1, start=NOON + timedelta(minutes=10)))
    assert found is not None
    assert found.energy_kwh["a"][0] == pytest.approx(0.5)
