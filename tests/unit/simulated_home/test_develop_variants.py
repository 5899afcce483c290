"""``scripts/develop --variant`` exchanges chargers of the simulated home."""

import argparse
from collections.abc import Mapping
import re
from typing import Any, override

from probatio import Invalid
import pytest

from simulated_home.charger import VARIANTS
from simulated_home.config_flow import SimulatedHomeFlow
from simulated_home.develop.__main__ import parse_variant
from simulated_home.develop.site import STATIONS, set_up
from simulated_home.home import HomeConfig, SimulatedHome

DATA = {
    "seed": 1,
    "start_hour": 10.0,
    "ocpp_url": "ws://127.0.0.1:1",
    "garage_key": "",
    "driveway_key": "",
}


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("flash_writer", ("driveway", "flash_writer")),
        ("flash_writer:driveway", ("driveway", "flash_writer")),
        ("one_period:garage", ("garage", "one_period")),
    ],
)
def test_the_second_charger_is_meant_where_none_is_named(
    text: str, choice: tuple[str, str]
) -> None:
    assert parse_variant(text) == choice


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no variant "),
        ("flesh_writer", "no variant flesh_writer"),
        ("flash_writer:attic", "no charger attic; there are garage and driveway"),
    ],
)
def test_a_mistyped_variant_is_told(text: str, complaint: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=re.escape(complaint)):
        parse_variant(text)


def test_the_simulated_home_builds_the_variants_it_is_told() -> None:
    home = SimulatedHome(HomeConfig.from_data({**DATA, "driveway_variant": "one_period"}))
    assert home.stations["driveway"].variant is VARIANTS["one_period"]
    assert home.stations["garage"].variant is VARIANTS["obedient"]


class Client:
    """Notes what is entered in the simulated home's forms."""

    def __init__(self, *, is_set_up: bool) -> None:
        """Begin with a simulated home or without."""
        self.is_set_up = is_set_up
        self.entered: dict[str, Any] = {}

    async def entries(self, domain: str) -> list[Mapping[str, Any]]:
        exists = domain == "loadstar" or self.is_set_up
        return [{"entry_id": "e", "domain": domain}] if exists else []

    async def flow(self, handler: str, *answers: Mapping[str, Any]) -> None:
        assert handler == "simulated_home"
        self.is_set_up = True
        self.entered = dict(answers[0])

    async def reconfigure(self, entry: Mapping[str, Any], *answers: Mapping[str, Any]) -> None:
        assert entry["domain"] == "simulated_home"
        self.entered = dict(answers[0])

    async def subentries(self, _entry_id: str) -> list[Mapping[str, Any]]:
        return []

    async def entity_ids(self, _platform: str) -> dict[str, str]:
        return {}


@pytest.mark.parametrize("is_set_up", [False, True])
@pytest.mark.parametrize(
    ("variants", "driveway"), [(None, "obedient"), ({"driveway": "late_values"}, "late_values")]
)
async def test_variants_are_entered_in_a_new_home_and_in_an_old_one(
    variants: Mapping[str, str] | None, driveway: str, *, is_set_up: bool
) -> None:
    client = Client(is_set_up=is_set_up)
    await set_up(client, 9016, variants)  # type: ignore[arg-type]  # a stand-in
    behaviour = {f"{name}_variant": client.entered[f"{name}_variant"] for name in STATIONS}
    assert behaviour == {"garage_variant": "obedient", "driveway_variant": driveway}


async def test_the_form_offers_the_variants_and_no_others() -> None:
    form = await SimulatedHomeFlow().async_step_reconfigure()
    schema = form["data_schema"]
    assert schema is not None
    assert schema({}) == {"garage_variant": "obedient", "driveway_variant": "obedient"}
    assert schema({"garage_variant": "one_period"})["garage_variant"] == "one_period"
    with pytest.raises(Invalid, match="garage_variant"):
        schema({"garage_variant": "polite"})


class SlowClient(Client):
    """A client of a site that is loaded anew, so that its newest charger has no entities yet."""

    def __init__(self) -> None:
        """Begin with a home that is set up."""
        super().__init__(is_set_up=True)
        self.asked = 0

    @override
    async def subentries(self, _entry_id: str) -> list[Mapping[str, Any]]:
        return [
            {"title": "Garage", "subentry_id": "g", "subentry_type": "charger"},
            {"title": "Roof", "subentry_id": "p", "subentry_type": "pv_array"},
        ]

    @override
    async def entity_ids(self, _platform: str) -> dict[str, str]:
        self.asked += 1
        keys = ("charging_mode",) if self.asked < 3 else ("charging_mode", "setpoint", "current_l1")
        return {f"e_g_{key}": f"sensor.g_{key}" for key in keys}


async def test_it_waits_for_the_entities_of_every_charger(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_seconds: float) -> None:
        return

    monkeypatch.setattr("simulated_home.develop.site.asyncio.sleep", at_once)
    client = SlowClient()
    home = await set_up(client, 9016)  # type: ignore[arg-type]  # a stand-in
    assert client.asked == 3
    assert home.charger_entity("Garage", "current_l1") == "sensor.g_current_l1"
