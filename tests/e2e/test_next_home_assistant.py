"""Loadstar also runs in the coming Home Assistant, which the other tests cannot load yet."""

from pathlib import Path

from simulated_home.hass_process import HassProcess
from tests.e2e.home import Home, until

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-next" / "bin" / "python"


async def test_a_site_is_set_up_and_charges_in_the_coming_home_assistant(tmp_path: Path) -> None:
    assert PYTHON.exists(), "scripts/setup --next makes it"
    home = Home(tmp_path)
    home.process = HassProcess(tmp_path, home.process.port, python=str(PYTHON))
    try:
        await home.start()
        config = await home.client.request("GET", "/api/config")
        assert config["version"].startswith("2026.11.")
        # cars that charge before the first fallback has arrived are cut, and held for a minute
        await until(
            lambda: home.garage.evse.current_a > 6, patience_s=120, describe=home.garage.state
        )
        assert await home.issues() == set()
    finally:
        await home.stop()
    assert home.log_faults() == []
