"""What a slot is called follows from its flows."""

import pytest

from custom_components.loadstar.engine.planner.output.types import SlotAction
from tests.unit.planner.output.cases import Case

ONE = Case(price=[0.3], load=[1.0], battery=[0.0])

ACTIONS = {
    "all of it is bought": (ONE.but(battery=[2.0]), SlotAction.CHARGE_FROM_GRID),
    "just half of it is bought": (ONE.but(battery=[2.0], pv=[2.0]), SlotAction.CHARGE_FROM_GRID),
    "less than half is bought": (ONE.but(battery=[2.0], pv=[2.1]), SlotAction.CHARGE_FROM_PV),
    "the sun charges it": (ONE.but(battery=[2.0], pv=[3.0]), SlotAction.CHARGE_FROM_PV),
    "it serves the home": (ONE.but(battery=[-1.0]), SlotAction.DISCHARGE),
    "a little spills over": (ONE.but(battery=[-1.1]), SlotAction.DISCHARGE),
    "it sells": (ONE.but(battery=[-3.0]), SlotAction.EXPORT),
    "it sells while the sun does": (ONE.but(battery=[-1.0], pv=[4.0]), SlotAction.EXPORT),
    "it could serve and does not": (ONE, SlotAction.HOLD),
    "it is empty": (ONE.but(start_kwh=1.0), SlotAction.IDLE),
    "nothing is needed": (ONE.but(pv=[1.0]), SlotAction.IDLE),
    "there is none": (ONE.but(battery=None), SlotAction.IDLE),
    "it moves no more than dust": (ONE.but(battery=[-0.04]), SlotAction.HOLD),
}


@pytest.mark.parametrize(("case", "action"), ACTIONS.values(), ids=ACTIONS)
def test_a_slot_is_called_by_its_flows(case: Case, action: SlotAction) -> None:
    assert case.facts.actions == (action,)
