"""The last site goes, and leaves nothing behind."""

from simulated_home.hass_process import is_free
from tests.e2e.home import Home, until


async def test_removing_the_last_site_hands_the_chargers_back_and_frees_the_port(
    home: Home,
) -> None:
    assert not is_free(home.ocpp_port)
    await home.client.remove_entry(home.entry_id)
    await until(lambda: is_free(home.ocpp_port))
    await until(lambda: not home.garage.state()["connected"])
    assert home.garage.state()["limit_a"] == 16.0, "no profile of ours is left"
    storage = home.process.config_dir / ".storage"
    assert [path.name for path in storage.glob("loadstar.*settings")] == []
    assert home.log_faults() == []
    assert home.complaints() == []
