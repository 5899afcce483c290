"""From a meter reading and a click to an ampere at a charger."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.e2e.home import BREAKER_A, GARAGE_KEY, QUIET_A, Home, charger_answers, until, until_is

LIMIT_A = BREAKER_A - 1  # less the safety margin


@pytest.fixture(autouse=True)
async def quiet_evening(home: Home) -> AsyncIterator[None]:
    """Begin and end every test with both cars charging at what the breaker allows."""
    await until(
        lambda: home.garage.evse.current_a > 15 and home.driveway.evse.current_a > 5,
        patience_s=240,  # a try to prove a fallback takes its time
        describe=lambda: (home.garage.state(), home.driveway.state()),
    )
    yield
    home.household_a = list(QUIET_A)
    home.meter_state = None
    await home.select("charging_mode", "standard")
    assert home.log_faults() == []
    assert home.complaints() == []


async def test_a_fallback_is_proved_in_the_first_session(home: Home) -> None:
    await until_is("proved", lambda: proof(home), patience_s=240)


async def proof(home: Home) -> str:
    """Return whether the charger in the garage has been seen to find its fallback by itself."""
    return str((await home.connector("garage"))["proof"])


async def test_a_mode_that_is_chosen_arrives_at_the_charger(home: Home) -> None:
    await home.select("charging_mode", "eco")
    await until(lambda: home.garage.state()["limit_a"] == 6.0, describe=home.garage.state)
    await home.select("charging_mode", "standard", "garage")
    await until(lambda: home.garage.state()["limit_a"] > 15, describe=home.garage.state)
    assert home.driveway.state()["limit_a"] == 6.0, "the other one follows the site"
    await home.select("charging_mode", "site", "garage")
    await until(lambda: home.garage.state()["limit_a"] == 6.0, describe=home.garage.state)


async def test_a_phase_that_reaches_its_breaker_is_cut_and_comes_back(home: Home) -> None:
    home.household_a[2] = 15.0
    waited = await until(lambda: home.grid_a()[2] <= LIMIT_A, describe=home.garage.state)
    assert waited < 30
    assert 6 <= home.garage.evse.current_a <= 9, "cut, and not paused"
    home.household_a[2] = QUIET_A[2]
    await until(lambda: home.garage.evse.current_a > 15, patience_s=120)


@pytest.mark.parametrize("meter_state", ["unavailable", "nan", "9999"])
async def test_a_meter_that_cannot_be_believed_means_the_fallback(
    home: Home, meter_state: str
) -> None:
    home.meter_state = meter_state
    await until(lambda: home.garage.state()["limit_a"] <= 6.0, describe=home.garage.state)
    assert await home.state("binary_sensor", "meter_stale") == "on"
    if meter_state == "unavailable":
        await until_is({"meter_stale"}, home.issues)
    home.meter_state = None
    await until(lambda: home.garage.evse.current_a > 15, patience_s=120)
    await until_is(set[str](), home.issues)


async def test_editing_a_charger_keeps_both_connected(home: Home) -> None:
    connections = home.connections()
    transaction = home.garage.state()["transaction_id"]
    await edit_garage(home, rated_current=14)
    await until(lambda: home.garage.state()["limit_a"] == 14.0, describe=home.garage.state)
    assert home.connections() == connections
    assert home.garage.state()["transaction_id"] == transaction
    await edit_garage(home, rated_current=16)
    await until_is("16.0", lambda: home.state("number", "max_current", "garage"))


async def edit_garage(home: Home, rated_current: float) -> None:
    """Reconfigure the charger in the garage as a person does."""
    identity, wiring, connect_hint = charger_answers("garage", GARAGE_KEY)
    tuned = ("min_current", "fallback_current", "priority")
    wired = {key: value for key, value in wiring.items() if key not in tuned}
    await home.client.subentry_flow(
        home.entry_id,
        "charger",
        identity,
        {**wired, "rated_current": rated_current},
        connect_hint,
        subentry_id=home.subentries["garage"],
    )


async def test_a_session_ends_and_begins_at_the_press_of_a_button(home: Home) -> None:
    first = home.driveway.state()["transaction_id"]
    await home.client.call_service(
        "button.press", entity_id=await home.entity("button", "stop_session", "driveway")
    )
    await until(lambda: home.driveway.state()["transaction_id"] is None)
    await asyncio.sleep(3)
    assert home.driveway.state()["transaction_id"] is None, "nobody starts it again"
    await home.client.call_service(
        "button.press", entity_id=await home.entity("button", "start_session", "driveway")
    )
    await until(lambda: home.driveway.state()["transaction_id"] not in (None, first))
