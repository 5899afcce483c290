"""Every entity has a name, every option a word, every error a sentence."""

import json
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components import loadstar
from custom_components.loadstar.engine.planner.output.breaches import PREFIX
from custom_components.loadstar.engine.planner.output.reason_kinds import LimitKind
from custom_components.loadstar.engine.planner.solver.types import BreachKind
from tests.integration.common import Home, running
from tests.integration.plans import planned

FOLDER = Path(loadstar.__file__).parent
TEXTS: dict[str, Any] = json.loads((FOLDER / "translations" / "en.json").read_text())
ICONS: dict[str, Any] = json.loads((FOLDER / "icons.json").read_text())


def entries_of(home: Home) -> list[er.RegistryEntry]:
    registry = er.async_get(home.hass)
    return er.async_entries_for_config_entry(registry, home.entry.entry_id)


async def test_every_entity_is_named(home: Home) -> None:
    for entry in entries_of(home):
        assert TEXTS["entity"][entry.domain][entry.translation_key]["name"], entry.entity_id


async def test_every_option_has_a_word(home: Home) -> None:
    for entry in entries_of(home):
        options = (entry.capabilities or {}).get("options") or ()
        words = TEXTS["entity"][entry.domain][entry.translation_key].get("state", {})
        assert set(options) <= set(words), entry.entity_id


async def test_every_event_has_a_word(home: Home) -> None:
    for entry in entries_of(home):
        if entry.domain == "event":
            texts = TEXTS["entity"]["event"][entry.translation_key]
            words = texts["state_attributes"]["event_type"]["state"]
            assert set((entry.capabilities or {})["event_types"]) == set(words)


async def test_no_name_is_left_over(hass: HomeAssistant) -> None:
    meter: dict[str, Any] = {"meter_layout": "total", "grid_total": "sensor.grid_a"}
    annex = ConfigSubentryDataWithId(
        subentry_id="annex",
        subentry_type="circuit",
        title="Annex",
        unique_id=None,
        data={"limit": 16, "meter_c": "sensor.out_a"},
    )
    async with running(hass) as home:
        used = {(entry.domain, entry.translation_key) for entry in entries_of(home)}
        await hass.config_entries.async_remove(home.entry.entry_id)
    async with running(hass, [annex], **meter) as home:
        used |= {(entry.domain, entry.translation_key) for entry in entries_of(home)}
        await hass.config_entries.async_remove(home.entry.entry_id)
    async with planned(hass) as home:
        used |= {(entry.domain, entry.translation_key) for entry in entries_of(home)}
    for source in (TEXTS["entity"], ICONS["entity"]):
        assert {(domain, key) for domain, keys in source.items() for key in keys} <= used


def test_actions_have_words_and_icons() -> None:
    actions = load_yaml_dict(str(FOLDER / "services.yaml"))
    assert actions.keys() == TEXTS["services"].keys() == ICONS["services"].keys()
    for name, action in actions.items():
        assert action["fields"].keys() == TEXTS["services"][name]["fields"].keys()


@pytest.mark.parametrize("key", list(TEXTS["exceptions"]))
def test_no_error_is_left_over(key: str) -> None:
    sources = "".join(path.read_text() for path in FOLDER.rglob("*.py"))
    composed = {*(f"limited_by_{kind}" for kind in LimitKind)}
    composed |= {f"{PREFIX}{kind}" for kind in BreachKind}
    assert key in composed or f'"{key}"' in sources
