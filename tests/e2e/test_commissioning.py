"""The test of the installation, against a real charger."""

from tests.e2e.home import Home, until, until_is


async def test_commissioning_steps_a_charger_and_lets_it_go_when_it_is_stopped(home: Home) -> None:
    await until(
        lambda: home.garage.evse.current_a > 15 and home.driveway.evse.current_a > 5,
        patience_s=120,
        describe=lambda: (home.garage.state(), home.driveway.state()),
    )
    assert await home.state("sensor", "commissioning") == "not_proven"
    await home.client.call_service(
        "button.press", entity_id=await home.entity("button", "commission")
    )
    await until_is("running", lambda: home.state("sensor", "commissioning", "garage"))
    await until(lambda: home.garage.state()["limit_a"] == 6.0, describe=home.garage.state)
    await until(lambda: home.garage.state()["limit_a"] == 10.0, describe=home.garage.state)
    assert home.driveway.evse.current_a <= 6.0, "held as low as it goes"
    await home.client.call_service(
        "button.press", entity_id=await home.entity("button", "stop_commissioning")
    )
    await until_is("inconclusive", lambda: home.state("sensor", "commissioning"))
    await until(lambda: home.garage.evse.current_a > 15, patience_s=90)
    assert home.log_faults() == []
