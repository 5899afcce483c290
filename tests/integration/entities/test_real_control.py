"""What users tune reaches the chargers through the real controller."""

from homeassistant.core import HomeAssistant

from custom_components.loadstar.engine.control import SetpointController
from tests.integration.common import CHARGING, GARAGE, running


async def test_disabling_a_charger_pauses_it(hass: HomeAssistant) -> None:
    async with running(hass, [GARAGE], SetpointController) as home:
        home.garage.say(CHARGING)
        await home.decide()
        await home.act("switch", "turn_off", "enabled", "garage")
        assert home.garage.asked[-1] == 0
        assert home.state("sensor", "setpoint", "garage") == "0.0"
        assert home.state("sensor", "reason", "garage") == "disabled"


async def test_the_head_room_to_the_breaker_is_shown(hass: HomeAssistant) -> None:
    async with running(hass, [GARAGE], SetpointController) as home:
        await home.show()
        head_room = [float(home.state("sensor", f"available_current_{phase}")) for phase in "abc"]
        grid = [float(home.state("sensor", f"grid_current_{phase}")) for phase in "abc"]
        for room, current in zip(head_room, grid, strict=True):
            assert room > 0
            assert room + current <= 25.0
