"""Home Assistant dies while cars charge, and comes back."""

from tests.e2e.home import Home, until


async def test_chargers_find_their_way_to_the_fallback_and_back(home: Home) -> None:
    await until(lambda: home.garage.evse.current_a > 15, patience_s=120)
    transaction = home.garage.state()["transaction_id"]
    assert transaction is not None

    await home.crash()
    for charger in home.chargers:
        charger.clock.set_speed(40.0)
    await until(lambda: home.garage.state()["limit_a"] == 6.0, describe=home.garage.state)
    await until(lambda: home.garage.evse.current_a == 6.0, describe=home.garage.state)
    for charger in home.chargers:
        charger.clock.set_speed(1.0)
    assert home.garage.state()["transaction_id"] == transaction
    assert max(home.grid_a()) <= 25

    await home.restart()
    await until(lambda: home.garage.evse.current_a > 15, patience_s=120, describe=home.garage.state)
    assert home.garage.state()["transaction_id"] == transaction
    assert home.log_faults() == []
    assert home.complaints() == []
