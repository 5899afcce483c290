"""A charger that refuses a form of set-point or fallback is offered another."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from ocpp.exceptions import (
    FormationViolationError,
    NotSupportedError,
    OCPPError,
    PropertyConstraintViolationError,
)
import pytest

from custom_components.loadstar.ocpp import ConnectorConfig, Problem
from custom_components.loadstar.ocpp.rung import FallbackForm, Rung

from .conftest import (
    FAST,
    GARAGE,
    LibraryCharger,
    Site,
    booted,
    charger,
    climbs,
    eventually,
    hold,
)

SETPOINT = 10.0


# a rung and a form of fallback may have the same name
FALLBACKS = {form: f"fallback {form}" for form in FallbackForm}
RELATIVE = FALLBACKS[FallbackForm.RELATIVE]
ABSOLUTE = FALLBACKS[FallbackForm.ABSOLUTE]


def form(payload: dict[str, Any]) -> str:
    """Return what form a SetChargingProfile has."""
    profile = payload["cs_charging_profiles"]
    schedule = profile["charging_schedule"]
    unit = schedule["charging_rate_unit"]
    periods = len(schedule["charging_schedule_period"])
    purpose, kind = profile["charging_profile_purpose"], profile["charging_profile_kind"]
    return {
        ("TxProfile", "Absolute", 0, 2, "A"): Rung.TX_TWO_PERIODS,
        ("TxProfile", "Absolute", 0, 1, "A"): Rung.TX_ONE_PERIOD,
        ("TxProfile", "Absolute", 0, 1, "W"): Rung.OTHER_UNIT,
        ("TxProfile", "Absolute", 0, 2, "W"): Rung.TX_TWO_PERIODS,
        ("TxProfile", "Relative", 0, 2, "A"): Rung.RELATIVE,
        ("TxDefaultProfile", "Absolute", 1, 2, "A"): Rung.TX_DEFAULT,
        ("TxDefaultProfile", "Absolute", 0, 2, "A"): Rung.TX_DEFAULT_ALONE,
        ("ChargePointMaxProfile", "Absolute", 0, 2, "A"): Rung.CHARGE_POINT_MAX,
        ("TxDefaultProfile", "Relative", 0, 1, "A"): RELATIVE,
        ("TxDefaultProfile", "Relative", 0, 1, "W"): FALLBACKS[FallbackForm.OTHER_UNIT],
        ("TxDefaultProfile", "Absolute", 0, 1, "A"): ABSOLUTE,
        ("ChargePointMaxProfile", "Absolute", 0, 1, "A"): FALLBACKS[FallbackForm.CHARGE_POINT_MAX],
    }[purpose, kind, profile["stack_level"], periods, unit]


def takes(*taken: str) -> Callable[[dict[str, Any]], str]:
    """Return the judgement of a charger that takes these forms alone."""
    return lambda payload: "Accepted" if form(payload) in taken else "Rejected"


def forms(client: LibraryCharger) -> list[str]:
    """Return the form of every profile received."""
    return [form(payload) for payload in client.sent("SetChargingProfile")]


@pytest.mark.parametrize("rung", Rung)
async def test_a_charger_that_takes_one_form_alone_is_held_in_that_form(
    site: Site, rung: Rung
) -> None:
    await site.start()
    async with charger(site, judge=takes(RELATIVE, rung)) as client:
        await booted(client)
        before = site.state
        assert (before.fallback_installed, before.method) == (True, None)
        await client.begin(site.now)
        await hold(site)
        assert site.state.method == rung
        assert site.state.problem is None
        assert forms(client)[-1] is rung
        await hold(site, 12.0)
        assert forms(client)[-2:] == [rung, rung], "what was found is used at once"


@pytest.mark.parametrize(
    "error", [NotSupportedError, FormationViolationError, PropertyConstraintViolationError]
)
async def test_an_error_for_an_answer_is_a_refusal(site: Site, error: type[OCPPError]) -> None:
    def judge(payload: dict[str, Any]) -> str:
        if form(payload) not in {RELATIVE, Rung.TX_ONE_PERIOD}:
            raise error
        return "Accepted"

    await site.start()
    async with charger(site, judge=judge) as client:
        await booted(client)
        await client.begin(site.now)
        await hold(site)
        assert site.state.method == Rung.TX_ONE_PERIOD


async def test_no_answer_is_no_refusal(site: Site) -> None:
    await site.start(replace(FAST, call_timeout_s=0.05))
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now)
        client.gate.clear()
        await site.connector().async_set_current(SETPOINT)
        for tries in (2, 3, 4):
            site.now.seconds += 11
            await eventually(partial(has_failed, site, tries))
        assert set(forms(client)) == {RELATIVE, Rung.TX_TWO_PERIODS}
        client.gate.set()


async def test_new_currents_do_not_hurry_the_ladder(site: Site) -> None:
    await site.start()
    async with charger(site, judge=takes(RELATIVE)) as client:
        await booted(client)
        await client.begin(site.now)
        for current in range(6, 16):
            assert not await site.connector().async_set_current(float(current))
        assert set(forms(client)[1:]) == {Rung.TX_TWO_PERIODS}


async def test_what_a_charger_takes_is_remembered_over_a_restart(site: Site) -> None:
    await site.start()
    judge = takes(ABSOLUTE, Rung.TX_ONE_PERIOD)
    async with charger(site, judge=judge) as client:
        await booted(client)
        await client.begin(site.now)
        await hold(site)
    await site.restart()
    assert site.state.method == Rung.TX_ONE_PERIOD
    async with charger(site, judge=judge) as client:
        await booted(client)
        await client.begin(site.now)
        assert await site.connector().async_set_current(12.0)
        assert forms(client) == [ABSOLUTE, Rung.TX_ONE_PERIOD]


@pytest.mark.parametrize(
    ("changed", "forgotten"),
    [
        ({"firmware_version": "2.0"}, True),
        ({"model": "Two"}, True),
        ({"vendor": "Other"}, True),
        ({"charge_point_serial_number": "0816"}, False),
        ({}, False),
    ],
)
async def test_another_firmware_or_model_is_another_charger(
    site: Site, changed: dict[str, str], *, forgotten: bool
) -> None:
    await site.start()
    async with charger(site, judge=takes(RELATIVE, Rung.TX_ONE_PERIOD)) as client:
        await client.boot(firmware_version="1.0")
        await eventually(lambda: site.state.fallback_installed)
        await client.begin(site.now)
        await hold(site)
    async with charger(site) as client:
        await client.boot(**{"firmware_version": "1.0", **changed})
        await eventually(lambda: client.sent("SetChargingProfile"))
        await client.begin(site.now)
        assert await site.connector().async_set_current(SETPOINT)
        expected = Rung.TX_TWO_PERIODS if forgotten else Rung.TX_ONE_PERIOD
        assert forms(client)[-1] is expected
        assert site.state.method == expected


@pytest.mark.parametrize(
    ("rung", "ids"),
    [
        (Rung.TX_DEFAULT, [7201]),
        (Rung.TX_DEFAULT_ALONE, [7201]),
        # the default goes, since nothing rises above it
        (Rung.CHARGE_POINT_MAX, [7101, 7201]),
    ],
)
async def test_what_outlives_a_transaction_is_taken_back_at_its_end(
    site: Site, rung: Rung, ids: list[int]
) -> None:
    await site.start()
    async with charger(site, judge=takes(RELATIVE, rung)) as client:
        await booted(client)
        first = await client.begin(site.now)
        await hold(site)
        await hold(site, 12.0)
        assert client.cleared_ids() == ids[:-1], "once, and not at every set-point"
        await client.end(site.now, first)
        await eventually(lambda: client.cleared_ids() == ids)
        assert forms(client)[-1] is RELATIVE
        order = [name for name, _ in client.received if name.endswith("ChargingProfile")]
        assert order[-2:] == ["SetChargingProfile", "ClearChargingProfile"]
        assert site.state.fallback_installed


async def test_the_fallback_is_sent_again_after_a_session_that_was_limited(site: Site) -> None:
    await site.start()
    async with charger(site) as client:  # which may keep the newest profile alone
        await booted(client)
        first = await client.begin(site.now)
        await hold(site)
        await client.end(site.now, first)
        await eventually(lambda: forms(client) == [RELATIVE, Rung.TX_TWO_PERIODS, RELATIVE])
        site.now.seconds += 1
        second = await client.begin(site.now)
        await client.end(site.now, second)
        await asyncio.sleep(0.05)
        assert len(forms(client)) == 3, "of a session that was not, nothing stays behind"


async def test_putting_the_fallback_back_and_taking_its_place_never_mix(site: Site) -> None:
    await site.start()
    judge = takes(RELATIVE, Rung.CHARGE_POINT_MAX)
    async with charger(site, judge=judge) as client:
        await booted(client)
        first = await client.begin(site.now)
        await hold(site)
        done = len(client.received)
        client.gated = "TxDefaultProfile"
        client.gate.clear()
        await client.end(site.now, first)
        await eventually(lambda: len(client.received) > done)
        site.now.seconds += 1
        await client.begin(site.now)
        holding = asyncio.create_task(site.connector().async_set_current(12.0))
        await asyncio.sleep(0.05)
        client.gate.set()
        assert await holding
        await eventually(lambda: site.state.accepted_current == 12.0)
        order = [
            form(payload) if name == "SetChargingProfile" else payload["id"]
            for name, payload in client.received[done:]
            if name.endswith("ChargingProfile")
        ]
        # at no time is the charger without any limit
        assert order[:4] == [RELATIVE, 7201, Rung.CHARGE_POINT_MAX, 7101]


async def test_a_charger_without_its_default_gets_it_back_after_a_reconnect(site: Site) -> None:
    await site.start()
    judge = takes(RELATIVE, Rung.CHARGE_POINT_MAX)
    async with charger(site, judge=judge) as client:
        await booted(client)
        await client.begin(site.now)
        await hold(site)
    await eventually(lambda: not site.state.connected)
    site.now.seconds += 20
    async with charger(site, judge=judge) as client:
        # it is sent again, and the default that was put back in between goes again
        await eventually(lambda: forms(client)[-1:] == [Rung.CHARGE_POINT_MAX])
        assert forms(client) == [RELATIVE, Rung.CHARGE_POINT_MAX]
        await eventually(lambda: client.cleared_ids() == [7201, 7101])


async def test_a_charger_that_keeps_its_default_is_not_held_by_a_limit_of_the_whole(
    site: Site,
) -> None:
    def refuse(_payload: Any) -> None:
        raise NotSupportedError

    await site.start()
    judge = takes(RELATIVE, Rung.CHARGE_POINT_MAX)
    async with charger(site, judge=judge) as client:
        await booted(client)
        await client.begin(site.now)
        client.route_map["ClearChargingProfile"]["_on_action"] = lambda **kw: refuse(kw)
        await site.connector().async_set_current(SETPOINT)
        await climbs(site, lambda: site.state.problem is Problem.SETPOINT_REJECTED)
        assert site.state.accepted_current is None


async def test_the_plain_fallback_returns_when_another_form_is_found(site: Site) -> None:
    await site.start()
    async with charger(site, judge=takes(RELATIVE, Rung.TX_DEFAULT_ALONE)) as client:
        await booted(client)
        await client.begin(site.now)
        await hold(site)
        client.judge = takes(RELATIVE, Rung.TX_TWO_PERIODS)
        await hold(site, 12.0)
        assert site.state.method == Rung.TX_TWO_PERIODS
        # and does not stand in the way of what was found
        await eventually(lambda: forms(client)[-2:] == [RELATIVE, Rung.TX_TWO_PERIODS])
        assert site.state.accepted_current == 12.0


async def test_a_set_point_taken_as_its_transaction_ended_is_taken_back(site: Site) -> None:
    await site.start()
    async with charger(site, judge=takes(RELATIVE, Rung.TX_DEFAULT)) as client:
        await booted(client)
        first = await client.begin(site.now)
        await hold(site)
        client.gated = "TxDefaultProfile"
        client.gate.clear()
        sent = len(forms(client))
        holding = asyncio.create_task(site.connector().async_set_current(12.0))
        await eventually(partial(has_sent, client, sent + 1))
        await client.end(site.now, first)
        client.gate.set()
        assert not await holding
        await eventually(lambda: 7201 in client.cleared_ids())


@pytest.mark.parametrize("rung", [Rung.TX_DEFAULT_ALONE, Rung.CHARGE_POINT_MAX])
@pytest.mark.parametrize("ends_first", [False, True])
async def test_a_set_point_whose_answer_was_lost_is_taken_back_all_the_same(
    site: Site, rung: Rung, *, ends_first: bool
) -> None:
    site.storage.save("garage", {"connectors": {"1": {"rung": rung}}})
    await site.start(replace(FAST, call_timeout_s=0.1))
    is_maximum = rung is Rung.CHARGE_POINT_MAX
    async with charger(site, judge=takes(RELATIVE, rung)) as client:
        await booted(client)
        first = await client.begin(site.now)
        client.gated = "ChargePointMaxProfile" if is_maximum else "TxDefaultProfile"
        client.gate.clear()
        sent = len(forms(client))
        holding = asyncio.create_task(site.connector().async_set_current(12.0))
        await eventually(partial(has_sent, client, sent + 1))
        if not ends_first:
            assert not await holding
        await client.end(site.now, first)
        assert not await holding
        await eventually(lambda: forms(client)[-1] is RELATIVE)
        client.gate.set()


def has_failed(site: Site, count: int) -> bool:
    """Return whether so many of our calls were not answered."""
    return site.central.stations["garage"].calls_failed == count


def has_sent(client: LibraryCharger, count: int) -> bool:
    """Return whether a charger has received so many profiles."""
    return len(forms(client)) == count


async def test_a_ladder_without_end_is_climbed_again_after_ten_minutes(site: Site) -> None:
    await site.start()
    async with charger(site, judge=takes(RELATIVE)) as client:
        await booted(client)
        await client.begin(site.now)
        await site.connector().async_set_current(SETPOINT)
        await climbs(site, lambda: site.state.problem is Problem.SETPOINT_REJECTED)
        assert set(forms(client)) == {RELATIVE, *Rung}
        client.judge = takes(RELATIVE, Rung.RELATIVE)
        tried = len(forms(client))
        for times in range(1, 9):
            site.now.seconds += 61
            await eventually(partial(has_sent, client, tried + times))
        assert forms(client)[-8:] == [Rung.TX_TWO_PERIODS] * 8
        await climbs(site, lambda: site.state.problem is None, within_s=180)
        assert site.state.method == Rung.RELATIVE


async def test_the_next_transaction_climbs_the_whole_ladder(site: Site) -> None:
    await site.start()
    async with charger(site, judge=takes(RELATIVE)) as client:
        await booted(client)
        transaction_id = await client.begin(site.now)
        await site.connector().async_set_current(SETPOINT)
        await climbs(site, lambda: site.state.problem is Problem.SETPOINT_REJECTED)
        await client.end(site.now, transaction_id)
        client.judge = takes(RELATIVE, Rung.RELATIVE)
        site.now.seconds += 1
        await client.begin(site.now)
        assert site.state.problem is Problem.SETPOINT_REJECTED, "until one is taken"
        await hold(site)
        assert site.state.problem is None


@pytest.mark.parametrize(
    "taken",
    [FallbackForm.OTHER_UNIT, FallbackForm.ABSOLUTE, FallbackForm.CHARGE_POINT_MAX],
)
async def test_a_fallback_too_is_offered_in_other_forms(site: Site, taken: FallbackForm) -> None:
    await site.start()
    async with charger(site, judge=takes(FALLBACKS[taken], *Rung)) as client:
        await booted(client)
        assert site.state.fallback_installed
        assert site.state.problem is None
        every = list(FALLBACKS.values())
        assert forms(client) == every[: every.index(FALLBACKS[taken]) + 1]
        await client.begin(site.now)
        await hold(site)
        [*_, setpoint] = client.sent("SetChargingProfile")
        schedule = setpoint["cs_charging_profiles"]["charging_schedule"]
        if taken is FallbackForm.OTHER_UNIT:
            assert schedule["charging_rate_unit"] == "W"
        if taken is FallbackForm.CHARGE_POINT_MAX:
            assert site.state.method == Rung.CHARGE_POINT_MAX, "nothing else rises above it"


async def test_a_refused_fallback_is_tried_again_every_ten_minutes(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start()
    async with charger(site, judge=takes(*Rung)) as client:
        await booted(client)
        assert site.state.problem is Problem.FALLBACK_REJECTED
        tried = len(forms(client))
        site.now.seconds += 599
        await asyncio.sleep(0.05)
        assert len(forms(client)) == tried
        assert client.sent("ClearChargingProfile") == [], "the only limit may be another's"
        site.now.seconds += 1
        await eventually(lambda: len(forms(client)) == 2 * tried)
        await asyncio.sleep(0.05)
        client.judge = takes(ABSOLUTE)
        site.now.seconds += 600
        await eventually(lambda: site.state.problem is None)
        assert site.state.fallback_installed
        await eventually(lambda: client.sent("ClearChargingProfile"))
    assert caplog.text.count("refused the fallback") == 1


async def test_connectors_of_one_station_climb_apart(site: Site) -> None:
    await site.start()
    site.attach(GARAGE, ConnectorConfig(), ConnectorConfig(connector_id=2))

    def judge(payload: dict[str, Any]) -> str:
        refused = payload["connector_id"] == 2 and form(payload) is Rung.TX_TWO_PERIODS
        return "Rejected" if refused else "Accepted"

    async with charger(site, judge=judge) as client:
        await booted(client)
        await client.begin(site.now, connector_id=1)
        await client.begin(site.now, connector_id=2)
        for connector_id in (1, 2):
            await site.connector(connector_id=connector_id).async_set_current(SETPOINT)
        second = site.connector(connector_id=2)
        await climbs(site, lambda: second.state.accepted_current == SETPOINT)
        assert site.connector(connector_id=1).state.method == Rung.TX_TWO_PERIODS
        assert second.state.method == Rung.TX_ONE_PERIOD


async def test_two_connectors_of_one_charger_are_never_limited_as_one(site: Site) -> None:
    await site.start()
    site.attach(GARAGE, ConnectorConfig(), ConnectorConfig(connector_id=2))
    async with charger(site, judge=takes(RELATIVE)) as client:
        await booted(client)
        await client.begin(site.now)
        await site.connector().async_set_current(SETPOINT)
        await climbs(site, lambda: site.state.problem is Problem.SETPOINT_REJECTED)
        assert Rung.CHARGE_POINT_MAX not in forms(client)
