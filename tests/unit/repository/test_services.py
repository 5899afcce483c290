"""Every action is described, named and drawn."""

from homeassistant.core import HomeAssistant
from probatio import Schema

from custom_components.loadstar.actions import async_setup_actions
from custom_components.loadstar.const import DOMAIN
from tests.unit.repository.files import INTEGRATION, read_json, read_yaml, translation

DESCRIBED = read_yaml(INTEGRATION / "services.yaml")


async def test_the_actions_that_are_registered_are_the_ones_that_are_described(
    hass: HomeAssistant,
) -> None:
    async_setup_actions(hass)
    registered = hass.services.async_services_for_domain(DOMAIN)
    assert set(registered) == set(DESCRIBED)
    for name, service in registered.items():
        assert isinstance(service.schema, Schema)
        fields = {str(field): field for field in service.schema.schema}
        assert set(fields) == set(DESCRIBED[name]["fields"])
        for key, field in fields.items():
            required = DESCRIBED[name]["fields"][key].get("required", False)
            assert required == (type(field).__name__ == "Required")


def test_actions_and_their_fields_have_words_and_icons() -> None:
    words = translation("en")["services"]
    assert set(words) == set(DESCRIBED)
    assert set(read_json(INTEGRATION / "icons.json")["services"]) == set(DESCRIBED)
    for name, entry in DESCRIBED.items():
        assert {"name", "description"} <= set(words[name])
        assert set(words[name].get("fields", {})) == set(entry.get("fields") or {})
        assert all({"name", "description"} <= set(f) for f in words[name]["fields"].values())


def test_fields_can_be_filled_in_with_a_selector() -> None:
    for entry in DESCRIBED.values():
        assert all("selector" in field for field in entry["fields"].values())
