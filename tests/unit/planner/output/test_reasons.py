"""Every slot says why, with the facts that bind."""

from typing import Any

import pytest

from custom_components.loadstar.engine.planner.output.reason_kinds import ReasonKind
from custom_components.loadstar.engine.planner.output.reasons import slot_reasons
from tests.unit.planner.output.cases import NAN, Case, at

# slot 0 is the one that is told of
CHARGE = Case(price=[0.08, 0.31], load=[0.0, 2.0], battery=[2.0, -2.0], worth=[0.1, 0.1])
STORE = CHARGE.but(pv=[2.0, 0.0], export_price=[0.05, 0.06])
GIVE = Case(price=[0.4, 0.1], load=[2.0, 0.0], battery=[-2.0, 2.0], worth=[0.2, 0.2])
SELL = GIVE.but(load=[0.0, 0.0], export_price=[0.35, 0.0])
HOLD = Case(price=[0.2, 0.3], load=[1.0, 1.0], battery=[0.0, -1.0], worth=[0.3, 0.3])
REST = Case(price=[0.2], load=[1.0], battery=[0.0], worth=[0.1], start_kwh=1.0)

PAIR = {"price": 0.08, "at": at(1), "other_price": 0.31, "saved_per_kwh": 0.23, "device": "House"}

REASONS: dict[str, tuple[Case, ReasonKind, dict[str, Any]]] = {
    "for a dearer hour": (CHARGE, ReasonKind.CHARGE_SAVES, PAIR),
    "to sell later": (
        CHARGE.but(load=[0.0, 0.0], export_price=[0.0, 0.2]),
        ReasonKind.CHARGE_EXPORTS_LATER,
        PAIR | {"other_price": 0.2, "saved_per_kwh": 0.12},
    ),
    "for after the plan": (
        CHARGE.but(price=[0.08], load=[0.0], battery=[2.0], worth=[0.1]),
        ReasonKind.CHARGE_FOR_AFTERWARDS,
        {"price": 0.08, "device": "House"},
    ),
    "because taking is paid": (
        CHARGE.but(price=[-0.02, 0.31]),
        ReasonKind.CHARGE_PAID,
        {"price": -0.02, "device": "House"},
    ),
    "for the floor": (
        CHARGE.but(worth=[NAN, 0.1]),
        ReasonKind.CHARGE_FOR_RESERVE,
        {"price": 0.08, "soc_percent": 10.0, "device": "House"},
    ),
    "for the target": (
        CHARGE.but(worth=[NAN, NAN], target_percent=60.0),
        ReasonKind.CHARGE_FOR_RESERVE,
        {"price": 0.08, "soc_percent": 60.0, "device": "House"},
    ),
    "cheap, and no duals": (
        CHARGE.but(worth=None),
        ReasonKind.CHARGE_CHEAP,
        {"price": 0.08, "rank": 1, "of": 2, "device": "House"},
    ),
    "charged at what it costs all day": (
        CHARGE.but(worth=None, price=[0.3, 0.3]),
        ReasonKind.CHARGE_FLAT,
        {"price": 0.3, "device": "House"},
    ),
    "used at what it costs all day": (
        GIVE.but(worth=None, price=[0.3, 0.3]),
        ReasonKind.DISCHARGE_FLAT,
        {"price": 0.3, "device": "House"},
    ),
    "sold at what it earns all day": (
        SELL.but(worth=None, export_price=[0.2, 0.2]),
        ReasonKind.EXPORT_FLAT,
        {"price": 0.2, "device": "House"},
    ),
    "sun for the evening": (
        STORE,
        ReasonKind.STORE_SAVES,
        PAIR | {"price": 0.05, "saved_per_kwh": 0.26},
    ),
    "sun that would be curtailed costs nothing": (
        STORE.but(pv=[3.0, 0.0], curtailed=[1.0, 0.0]),
        ReasonKind.STORE_SAVES,
        PAIR | {"price": 0.0, "saved_per_kwh": 0.31},
    ),
    "sun to sell later": (
        STORE.but(load=[0.0, 0.0], export_price=[0.05, 0.2]),
        ReasonKind.STORE_EXPORTS_LATER,
        PAIR | {"price": 0.05, "other_price": 0.2, "saved_per_kwh": 0.15},
    ),
    "sun for after the plan": (
        STORE.but(load=[0.0, 0.0], battery=[2.0, 0.0]),
        ReasonKind.STORE_FOR_AFTERWARDS,
        {"price": 0.05, "device": "House"},
    ),
    "sun, and no duals": (
        STORE.but(worth=None),
        ReasonKind.STORE_SURPLUS,
        {"price": 0.05, "device": "House"},
    ),
    "refilled later": (
        GIVE,
        ReasonKind.DISCHARGE_REFILLED,
        {"price": 0.4, "at": at(1), "other_price": 0.1, "saved_per_kwh": 0.3, "device": "House"},
    ),
    "dear": (
        GIVE.but(battery=[-2.0, 0.0]),
        ReasonKind.DISCHARGE_DEAR,
        {"price": 0.4, "rank": 1, "of": 2, "device": "House"},
    ),
    "to stay under the import limit": (
        GIVE.but(battery=[-1.0, 0.0], limited=[True, False], import_limit_kw=1.0),
        ReasonKind.DISCHARGE_FOR_LIMIT,
        {"price": 0.4, "limited_by": "import_limit", "limit_kw": 1.0, "device": "House"},
    ),
    "to stay under the breaker": (
        GIVE.but(battery=[-1.0, 0.0], limited=[True, False]),
        ReasonKind.DISCHARGE_FOR_LIMIT,
        {"price": 0.4, "limited_by": "breaker", "limit_kw": 10.0, "device": "House"},
    ),
    "to keep the month's peak": (
        GIVE.but(battery=[-1.0, 0.0], energy_dual=[4.4, 0.1], peak_kw=(3.5,)),
        ReasonKind.DISCHARGE_FOR_LIMIT,
        {"price": 0.4, "limited_by": "peak", "limit_kw": 3.5, "device": "House"},
    ),
    "sold before a cheap hour": (
        SELL,
        ReasonKind.EXPORT_REFILLED,
        {"price": 0.35, "at": at(1), "other_price": 0.1, "saved_per_kwh": 0.25, "device": "House"},
    ),
    "sold where it is dearest": (
        SELL.but(battery=[-2.0, 0.0]),
        ReasonKind.EXPORT_DEAR,
        {"price": 0.35, "rank": 1, "of": 2, "device": "House"},
    ),
    "kept for a dearer hour": (
        HOLD,
        ReasonKind.HOLD_FOR_DEARER,
        {"price": 0.2, "at": at(1), "other_price": 0.3, "saved_per_kwh": 0.1},
    ),
    "kept for a dearer hour, without duals": (
        HOLD.but(worth=None),
        ReasonKind.HOLD_FOR_DEARER,
        {"price": 0.2, "at": at(1), "other_price": 0.3, "saved_per_kwh": 0.1},
    ),
    "kept for a dearer hour although it is full": (
        HOLD.but(worth=[0.2, 0.3], start_kwh=10.0),
        ReasonKind.HOLD_FOR_DEARER,
        {"price": 0.2, "at": at(1), "other_price": 0.3, "saved_per_kwh": 0.1},
    ),
    "not for an hour before which it is refilled": (
        Case(
            price=[0.2, 0.1, 0.3],
            load=[1.0, 0.0, 1.0],
            battery=[0.0, 1.0, -1.0],
            worth=[0.1, 0.2, 0.2],
            wear=0.03,
        ),
        ReasonKind.HOLD_WEAR,
        {"price": 0.2, "wear_per_kwh": 0.03},
    ),
    "kept for after the plan": (
        HOLD.but(price=[0.3, 0.2]),
        ReasonKind.HOLD_FOR_AFTERWARDS,
        {"price": 0.3},
    ),
    "kept as reserve": (
        HOLD.but(worth=[NAN, 0.3], target_percent=45.0),
        ReasonKind.HOLD_FOR_RESERVE,
        {"soc_percent": 45.0, "price": 0.2},
    ),
    "too cheap to wear the battery for": (
        HOLD.but(price=[0.02, 0.01], wear=0.03),
        ReasonKind.HOLD_WEAR,
        {"price": 0.02, "wear_per_kwh": 0.03},
    ),
    "the sun is enough": (
        REST.but(pv=[1.0]),
        ReasonKind.IDLE_SUN_COVERS,
        {},
    ),
    "there is more sun than use": (
        REST.but(pv=[3.0], export_price=[0.05]),
        ReasonKind.IDLE_SUN_EXPORTED,
        {"price": 0.05},
    ),
    "full": (
        REST.but(pv=[3.0], export_price=[0.05], start_kwh=10.0),
        ReasonKind.IDLE_FULL,
        {"price": 0.05},
    ),
    "empty": (REST, ReasonKind.IDLE_EMPTY, {"price": 0.2, "soc_percent": 10.0}),
    "export would cost": (
        REST.but(pv=[3.0], curtailed=[2.0], export_price=[-0.05]),
        ReasonKind.IDLE_CURTAILS,
        {"price": -0.05, "curtailed_kw": 2.0},
    ),
    "no battery": (REST.but(battery=None), ReasonKind.IDLE_NO_BATTERY, {"price": 0.2}),
    "ordered of the battery": (
        CHARGE.but(orders={"b": [2.0, NAN]}),
        ReasonKind.ORDERED,
        {},
    ),
    "ordered export": (SELL.but(least_export=[1.0, NAN]), ReasonKind.ORDERED, {}),
}

# slot 1 is the one that is told of
SECOND: dict[str, tuple[Case, ReasonKind]] = {
    "bought back": (GIVE, ReasonKind.CHARGE_REPLACES),
    "sun in its place": (GIVE.but(pv=[0.0, 2.0]), ReasonKind.STORE_REPLACES),
    "charged before": (CHARGE, ReasonKind.DISCHARGE_SAVES),
    "charged before and sold": (
        CHARGE.but(load=[0.0, 0.0], export_price=[0.0, 0.2]),
        ReasonKind.EXPORT_EARNS,
    ),
    "charged in an earlier stretch": (CHARGE.but(worth=[0.1, 0.2]), ReasonKind.DISCHARGE_SAVES),
}


@pytest.mark.parametrize(("case", "kind", "data"), REASONS.values(), ids=REASONS)
def test_a_slot_says_why(case: Case, kind: ReasonKind, data: dict[str, Any]) -> None:
    reason = slot_reasons(case.facts)[0]
    assert reason.code == kind
    assert dict(reason.data) == pytest.approx(data)


@pytest.mark.parametrize(("case", "kind"), SECOND.values(), ids=SECOND)
def test_the_other_end_of_a_pair_says_why(case: Case, kind: ReasonKind) -> None:
    assert slot_reasons(case.facts)[1].code == kind


def test_a_pair_counts_losses_and_wear_on_both_sides() -> None:
    lossy = CHARGE.but(efficiency=0.9, wear=0.02, battery=[2.0, -1.62])
    charge, discharge = slot_reasons(lossy.facts)
    saved = 0.81 * (0.31 - 0.01) - (0.08 + 0.01)
    assert charge.data["saved_per_kwh"] == pytest.approx(saved, abs=1e-4)
    assert discharge.data["saved_per_kwh"] == pytest.approx(saved / 0.81, abs=1e-4)


def test_a_pair_that_saves_nothing_is_no_reason() -> None:
    worn = CHARGE.but(wear=0.3)
    assert slot_reasons(worn.facts)[0].code == ReasonKind.CHARGE_FOR_AFTERWARDS


def test_the_cheapest_charge_is_paired_with_the_dearest_discharge() -> None:
    case = Case(
        price=[0.10, 0.05, 0.40, 0.30],
        load=[0.0, 0.0, 1.0, 1.0],
        battery=[1.0, 1.0, -1.0, -1.0],
        worth=[0.2] * 4,
    )
    partners = [reason.data["at"] for reason in slot_reasons(case.facts)]
    assert partners == [at(3), at(2), at(1), at(0)]


def test_no_pair_is_made_across_a_penalty() -> None:
    broken = CHARGE.but(worth=[0.1, NAN])
    first, second = slot_reasons(broken.facts)
    assert first.code == ReasonKind.CHARGE_CHEAP
    assert second.code == ReasonKind.DISCHARGE_DEAR


@pytest.mark.parametrize(
    ("case", "limit", "limit_kw"),
    [
        (CHARGE.but(battery=[4.0, -2.0]), "battery_power", 4.0),
        (GIVE.but(battery=[-4.0, 0.0], load=[5.0, 0.0]), "battery_power", 4.0),
        (CHARGE.but(inverter_max_kw=2.0), "inverter", 2.0),
        (SELL.but(export_limit_kw=2.0), "export_limit", 2.0),
        (CHARGE.but(limited=[True, False]), "breaker", 10.0),
        (CHARGE.but(energy_dual=[2.0, 0.3], peak_kw=(2.0,)), "peak", 2.0),
    ],
)
def test_a_reason_names_the_limit_that_binds(case: Case, limit: str, limit_kw: float) -> None:
    data = slot_reasons(case.facts)[0].data
    assert (data["limited_by"], data["limit_kw"]) == (limit, limit_kw)


@pytest.mark.parametrize(
    "case",
    [
        CHARGE,
        CHARGE.but(energy_dual=[NAN, NAN], peak_kw=(2.0,)),
        SELL.but(export_limit_kw=3.0),
        GIVE.but(export_limit_kw=2.0),
        CHARGE.but(inverter_max_kw=5.0),
    ],
)
def test_where_no_limit_binds_none_is_named(case: Case) -> None:
    assert "limited_by" not in slot_reasons(case.facts)[0].data


def test_a_dearer_import_limit_does_not_hide_the_breaker() -> None:
    case = GIVE.but(battery=[-1.0, 0.0], limited=[True, False], import_limit_kw=8.0)
    assert slot_reasons(case.facts)[0].data["limited_by"] == "breaker"
