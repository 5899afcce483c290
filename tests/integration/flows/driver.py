"""A user in front of the frontend: fills in forms as it does and reads what they say."""

from collections.abc import Mapping
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, section
from homeassistant.helpers.selector import (
    NumberSelector,
    ObjectSelector,
    SelectOptionDict,
    Selector,
    SelectSelector,
)
from probatio import UNDEFINED, Required

from custom_components.loadstar.const import DOMAIN

_ROOT = Path(__file__).parents[3] / "custom_components" / "loadstar"
ENGLISH: dict[str, Any] = json.loads((_ROOT / "translations" / "en.json").read_text())


class User:
    """One flow, form by form."""

    def __init__(self, hass: HomeAssistant, subentry_type: str | None = None) -> None:
        """Look at a site's flow, or at the one of a kind of subentry."""
        self._hass = hass
        config = hass.config_entries
        self._manager: Any = config.flow if subentry_type is None else config.subentries
        self._words = (
            ENGLISH["config"]
            if subentry_type is None
            else ENGLISH["config_subentries"][subentry_type]
        )
        self.result: dict[str, Any] = {}

    @classmethod
    async def adds_site(cls, hass: HomeAssistant) -> User:
        """Add the integration."""
        return await cls(hass)._start(DOMAIN, {"source": "user"})

    @classmethod
    async def changes_site(
        cls, hass: HomeAssistant, entry: ConfigEntry, what: str = "supply"
    ) -> User:
        """Reconfigure a site: choose from its menu."""
        context = {"source": "reconfigure", "entry_id": entry.entry_id}
        user = await cls(hass)._start(DOMAIN, context)
        assert set(user.result["menu_options"]) == set(
            user._words["step"]["reconfigure"]["menu_options"]
        )
        user.result = await user._manager.async_configure(
            user.result["flow_id"], {"next_step_id": what}
        )
        user._check_words()
        return user

    @classmethod
    async def adds(cls, hass: HomeAssistant, entry: ConfigEntry, kind: str) -> User:
        """Add a subentry."""
        return await cls(hass, kind)._start((entry.entry_id, kind), {"source": "user"})

    @classmethod
    async def changes(
        cls, hass: HomeAssistant, entry: ConfigEntry, subentry: ConfigSubentry
    ) -> User:
        """Reconfigure a subentry."""
        context = {"source": "reconfigure", "subentry_id": subentry.subentry_id}
        kind = subentry.subentry_type
        return await cls(hass, kind)._start((entry.entry_id, kind), context)

    @classmethod
    async def meets(cls, hass: HomeAssistant, station_id: str) -> User:
        """Open the card of a charger that was discovered."""
        (flow,) = hass.config_entries.flow.async_progress_by_handler(
            DOMAIN, match_context={"source": "integration_discovery", "unique_id": station_id}
        )
        user = cls(hass)
        user.result = await user._manager.async_configure(flow["flow_id"])
        user._check_words()
        return user

    async def submits(self, **changes: Any) -> dict[str, Any]:
        """Change some fields (None clears one) and press the button."""
        values = _initial(self.result["data_schema"].schema)
        for name, value in changes.items():
            _put(self.result["data_schema"].schema, values, name, value)
        flow_id = self.result["flow_id"]
        self.result = await self._manager.async_configure(flow_id, values)
        await self._hass.async_block_till_done()
        self._check_words()
        return self.result

    async def finishes(self, **changes: Any) -> dict[str, Any]:
        """Fill in the last step of a new site's wiring and leave its prices for later."""
        await self.submits(**changes)
        assert self.step == "prices"
        return await self.submits()

    @property
    def step(self) -> str:
        """The step that is shown."""
        step: str = self.result["step_id"]
        return step

    @property
    def fields(self) -> set[str]:
        """The fields that are shown, those in sections included."""
        return {name for name, _ in _flat(self.result["data_schema"].schema)}

    @property
    def shown(self) -> dict[str, Any]:
        """What stands in the fields, flat."""
        values: dict[str, Any] = {}
        for name, value in _initial(self.result["data_schema"].schema).items():
            values |= value if isinstance(value, Mapping) else {name: value}
        return values

    @property
    def errors(self) -> dict[str, str]:
        """The problems, as keys."""
        errors: dict[str, str] = self.result["errors"]
        return errors

    def reads(self, field: str) -> str:
        """Return the sentence that stands at a field."""
        text: str = self._words["error"][self.errors[field]]
        return text.format(**self.result["description_placeholders"])

    async def _start(self, handler: Any, context: dict[str, Any]) -> User:
        self.result = await self._manager.async_init(handler, context=context)
        self._check_words()
        return self

    def _check_words(self) -> None:
        """Everything that is shown has words, and all their placeholders are filled."""
        if self.result["type"] is not FlowResultType.FORM:
            return
        words = self._words["step"][self.step]
        placeholders = self.result["description_placeholders"]
        assert words["title"]
        assert words["description"].format(**placeholders)
        for marker, field in self.result["data_schema"].schema.items():
            if isinstance(field, section):
                inside = words["sections"][str(marker)]
                assert inside["name"]
                _check_fields(field.schema.schema, inside)
            else:
                _check_fields({marker: field}, words)
        for name in self.errors:
            assert name in {*map(str, self.result["data_schema"].schema), "base"}
            assert not re.search(r"[{}]", self.reads(name))


def _check_fields(schema: Mapping[Any, Any], words: Mapping[str, Any]) -> None:
    for marker, field in schema.items():
        assert words["data"][str(marker)]
        assert words["data_description"][str(marker)]
        if isinstance(field, SelectSelector) and (key := field.config.get("translation_key")):
            options = [_name_of(option) for option in field.config["options"]]
            assert {name for name in options if name} <= set(ENGLISH["selector"][key]["options"])
        if isinstance(field, ObjectSelector):
            key = field.config["translation_key"]
            assert set(ENGLISH["selector"][key]["fields"]) == set(field.config["fields"])


def _name_of(option: str | SelectOptionDict) -> str | None:
    """Return an option's key in the translations; None of one that has a label of its own."""
    if isinstance(option, str):
        return option
    return option["value"] if option["value"] == option["label"] else None


def _initial(schema: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a form's values before anybody touches it, as the frontend fills them in."""
    values: dict[str, Any] = {}
    for marker, field in schema.items():
        if isinstance(field, section):
            values[str(marker)] = _initial(field.schema.schema)
        elif marker.description and "suggested_value" in marker.description:
            values[str(marker)] = marker.description["suggested_value"]
        elif marker.default is not UNDEFINED:
            values[str(marker)] = marker.default()
        elif isinstance(marker, Required) and isinstance(field, NumberSelector):
            values[str(marker)] = field.config.get("min", 0)
    return values


def _put(schema: Mapping[Any, Any], values: dict[str, Any], name: str, value: Any) -> None:
    for marker, field in schema.items():
        if isinstance(field, section) and name in {str(m) for m in field.schema.schema}:
            _put(field.schema.schema, values[str(marker)], name, value)
            return
        if str(marker) == name:
            values.pop(name, None)
            if value is not None:
                values[name] = value
            return
    message = f"no field {name} in this form"
    raise AssertionError(message)


def _flat(schema: Mapping[Any, Any]) -> list[tuple[str, Selector[Any]]]:
    fields: list[tuple[str, Selector[Any]]] = []
    for marker, field in schema.items():
        inside = isinstance(field, section)
        fields += _flat(field.schema.schema) if inside else [(str(marker), field)]
    return fields
