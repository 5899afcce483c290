"""Names, states and icons of every entity that there can be."""

from collections.abc import Iterator
from importlib import import_module

from homeassistant.components.event import EventEntityDescription
from homeassistant.components.select import SelectEntityDescription
from homeassistant.components.sensor import SensorEntityDescription
from homeassistant.helpers.entity import EntityDescription
import pytest

from custom_components.loadstar import PLATFORMS
from tests.unit.repository.files import INTEGRATION, read_json, translation

NAMES = translation("en")["entity"]
# Where a platform keeps the descriptions of a plan's entities apart.
PLAN_MODULES = {
    "sensor": ["buffer_sensors", "forecast_sensors", "plan_sensors"],
    "number": ["plan_numbers"],
}
ICONS = read_json(INTEGRATION / "icons.json")["entity"]


def descriptions(platform: str) -> list[EntityDescription]:
    """Return every description that a platform has."""
    modules = [platform, *PLAN_MODULES.get(platform, ())]
    return [
        found
        for name in modules
        for value in vars(import_module(f"custom_components.loadstar.{name}")).values()
        for found in _within(value)
    ]


def _within(value: object) -> Iterator[EntityDescription]:
    if isinstance(value, EntityDescription):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _within(item)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_entity_has_a_name_and_no_other_has(platform: str) -> None:
    keys = {description.key for description in descriptions(platform)}
    assert keys
    assert keys == set(NAMES[platform])
    assert all(entry["name"] for entry in NAMES[platform].values())


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_entity_without_a_device_class_has_an_icon(platform: str) -> None:
    bare = {found.key for found in descriptions(platform) if not found.device_class}
    assert bare <= set(ICONS.get(platform, {}))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_icon_is_one_of_home_assistants_own(platform: str) -> None:
    for entry in ICONS.get(platform, {}).values():
        icons = [entry["default"], *entry.get("state", {}).values()]
        assert all(icon.startswith("mdi:") for icon in icons)


def test_every_state_that_an_entity_can_have_has_a_word_and_no_other_has() -> None:
    possible: dict[tuple[str, str], set[str]] = {}
    for platform in PLATFORMS:
        for found in descriptions(platform):
            if isinstance(found, SelectEntityDescription | SensorEntityDescription):
                states = set(found.options or ())
                possible.setdefault((platform, found.key), set()).update(states)
    worded = {
        (platform, key): set(entry.get("state", {}))
        for platform in ("select", "sensor")
        for key, entry in NAMES[platform].items()
    }
    assert worded == possible


def test_every_event_has_a_word_and_no_other_has() -> None:
    for found in descriptions("event"):
        assert isinstance(found, EventEntityDescription)
        words = NAMES["event"][found.key]["state_attributes"]["event_type"]["state"]
        assert set(words) == set(found.event_types or ())


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_platform_says_how_many_updates_run_at_once(platform: str) -> None:
    assert import_module(f"custom_components.loadstar.{platform}").PARALLEL_UPDATES == 0
