"""Add a charger, or change how it is wired."""

from collections.abc import Mapping
import secrets
import string
from typing import Any, Final

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.const import CONF_NAME
from probatio import Schema

from ..const import (
    CONF_CONNECTOR_ID,
    CONF_PASSWORD,
    CONF_PHASE_ROTATION,
    CONF_PHASES,
    CONF_STATION_ID,
    SITE_PHASES,
)
from ..limits import first_fallback
from .charger_check import (
    check_identity,
    check_wiring,
    fitting,
    wired,
    without_idle_key,
)
from .charger_schema import CHARGER_FIRST_VALUES, identity_schema, wiring_schema
from .form import Form, flat
from .in_force import wiring_of
from .problems import Problems
from .server import station_url
from .subentry import SubentryFlow

KEY_LENGTH: Final = 20
# the key may have to be typed in by hand: nothing that looks like something else
_KEY_CHARACTERS: Final = "".join(set(string.ascii_letters + string.digits) - set("0OoIl1"))


class ChargerFlow(SubentryFlow):
    """Ask who a charger is and how it is wired, then say how to connect it."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: dict[str, Any] = {}  # what fields show at first
        self._data: dict[str, Any] = {}  # what the steps have gathered

    async def async_step_user(
        self, _user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Start with a new key."""
        self._known = {CONF_PASSWORD: new_key()}
        return await self.async_step_identity()

    async def async_step_reconfigure(
        self, _user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Start with the charger as it is."""
        self._own = self._get_reconfigure_subentry()
        self._known = {CONF_PASSWORD: new_key(), CONF_NAME: self._own.title, **self._own.data}
        return await self.async_step_identity()

    async def async_step_identity(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask who the charger is."""
        if user_input is None:
            return self._show_identity(self._known, Problems())
        values = {CONF_PHASES: 1} | flat(user_input)
        if problems := check_identity(self.hass, self._get_entry(), values, self._own_id):
            return self._show_identity(values, problems)
        self._data = without_idle_key(values)
        return await self.async_step_wiring()

    async def async_step_wiring(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask how the charger is wired."""
        if user_input is None:
            return self._show_wiring(self._known, Problems())
        values = {CONF_PHASE_ROTATION: SITE_PHASES[0]} | flat(user_input)
        if problems := self._check_wiring(values):
            return self._show_wiring(values, problems)
        self._data |= values
        return await self.async_step_connect()

    async def async_step_connect(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Say what to type into the charger."""
        if user_input is not None:
            return self._finish(self._data)
        station_id = self._data[CONF_STATION_ID]
        words = {
            "url": station_url(self.hass, self._get_entry().data, station_id),
            "station_id": station_id,
            "key": self._data.get(CONF_PASSWORD, "-"),
        }
        form = Form(step_id="connect", schema=Schema({}), words=words, last_step=True)
        return form.show(self, {}, Problems())

    def _show_identity(self, values: Mapping[str, Any], problems: Problems) -> SubentryFlowResult:
        form = Form(step_id="identity", schema=identity_schema(self._site_phases))
        return form.show(self, values, problems)

    def _show_wiring(self, values: Mapping[str, Any], problems: Problems) -> SubentryFlowResult:
        wiring, phases = wiring_of(self._get_entry()), self._data[CONF_PHASES]
        schema = wiring_schema(
            site_phases=self._site_phases,
            phases=phases,
            circuits={key: circuit.name for key, circuit in wiring.circuits.items()},
            fallback=first_fallback(wiring) if self._own is None else None,
        )
        values = fitting(values, phases, wiring.circuits)
        return Form(step_id="wiring", schema=schema).show(self, values, problems)

    def _check_wiring(self, values: Mapping[str, Any]) -> Problems:
        wiring = wiring_of(self._get_entry())
        own = None if self._own is None else wiring.chargers[self._own.subentry_id]
        charger = wired(self._data[CONF_NAME], values, own)
        return check_wiring(wiring, values, charger, self._own_id)

    @property
    def _site_phases(self) -> int:
        return int(self._get_entry().data[CONF_PHASES])

    def _finish(self, data: dict[str, Any]) -> SubentryFlowResult:
        # another flow may have added a charger since the steps were checked
        entry = self._get_entry()
        if problems := check_identity(self.hass, entry, data, self._own_id):
            return self._show_identity(data, problems)
        if problems := self._check_wiring(data):
            return self._show_wiring(data, problems)
        title = data.pop(CONF_NAME)
        unique_id = f"{data[CONF_STATION_ID]}_{data[CONF_CONNECTOR_ID]}"
        if self._own is None:
            return self.async_create_entry(title=title, data=data, unique_id=unique_id)
        first = {name: self._known[name] for name in CHARGER_FIRST_VALUES if name in self._known}
        return self.async_update_and_abort(
            entry, self._own, title=title, data=first | data, unique_id=unique_id
        )


def new_key() -> str:
    """Return a random key that a person can type."""
    return "".join(secrets.choice(_KEY_CHARACTERS) for _ in range(KEY_LENGTH))
