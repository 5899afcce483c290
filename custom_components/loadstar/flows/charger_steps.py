"""The steps from a charger's id to what has to be typed into it, for every flow that adds one."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import CONF_NAME
from homeassistant.data_entry_flow import FlowContext, FlowHandler, FlowResult
from probatio import Schema

from ..const import (
    CONF_CONNECTOR_ID,
    CONF_HAND_OVER_KEY,
    CONF_PASSWORD,
    CONF_PHASE_ROTATION,
    CONF_PHASES,
    CONF_SECURITY,
    CONF_STATION_ID,
    SECURITY_TLS,
    SITE_PHASES,
)
from ..limits import first_fallback
from .charger_check import check_identity, check_wiring, fitting, wired
from .charger_key import with_key, without_idle_key
from .charger_schema import identity_schema, wiring_schema
from .form import Form, flat
from .in_force import wiring_of
from .problems import Problems
from .server import async_station_url


class ChargerSteps[ContextT: FlowContext, ResultT: FlowResult[Any, Any], HandlerT](
    FlowHandler[ContextT, ResultT, HandlerT]
):
    """Ask who a charger is and how it is wired, then say how to connect it."""

    _own: ConfigSubentry | None = None  # the charger, if it exists

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: dict[str, Any] = {}  # what fields show at first
        self._data: dict[str, Any] = {}  # what the steps have gathered

    @abstractmethod
    def _get_entry(self) -> ConfigEntry:
        """Return the charger's site, or end in words where that has been removed."""

    @abstractmethod
    def _save(self, title: str, data: dict[str, Any], unique_id: str) -> ResultT:
        """Keep the charger and end the flow."""

    async def async_step_identity(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Ask who the charger is."""
        if user_input is None:
            return self._show_identity(self._known, Problems())
        values = with_key({CONF_PHASES: 1} | flat(user_input))
        if problems := check_identity(self.hass, self._get_entry(), values, self._own_id):
            return self._show_identity(values, problems)
        self._data = without_idle_key(values)
        return await self.async_step_wiring()

    async def async_step_wiring(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Ask how the charger is wired."""
        if user_input is None:
            return self._show_wiring(self._known, Problems())
        values = {CONF_PHASE_ROTATION: SITE_PHASES[0]} | flat(user_input)
        if problems := self._check_wiring(values):
            return self._show_wiring(values, problems)
        self._data |= values
        if self._data.get(CONF_HAND_OVER_KEY):
            return await self.async_step_connect_without_key()
        return await self.async_step_connect()

    async def async_step_connect(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Say what to type into the charger."""
        if user_input is not None:
            return self._finish_charger(self._data)
        words = await self._connection_words()
        form = Form(step_id="connect", schema=Schema({}), words=words, last_step=True)
        return form.show(self, {}, Problems())

    async def async_step_connect_without_key(
        self, user_input: dict[str, Any] | None = None
    ) -> ResultT:
        """Say what to type into a charger that is handed its key."""
        if user_input is not None:
            return self._finish_charger(self._data)
        words = await self._connection_words()
        form = Form(step_id="connect_without_key", schema=Schema({}), words=words, last_step=True)
        return form.show(self, {}, Problems())

    def _show_identity(self, values: Mapping[str, Any], problems: Problems) -> ResultT:
        form = Form(step_id="identity", schema=identity_schema(self._site_phases))
        return form.show(self, values, problems)

    def _show_wiring(self, values: Mapping[str, Any], problems: Problems) -> ResultT:
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

    async def _connection_words(self) -> dict[str, str]:
        station_id = self._data[CONF_STATION_ID]
        encrypted = self._data[CONF_SECURITY] == SECURITY_TLS
        site = self._get_entry().data
        url = await async_station_url(self.hass, site, station_id, encrypted=encrypted)
        return {"url": url, "station_id": station_id, "key": self._data.get(CONF_PASSWORD, "-")}

    def _finish_charger(self, data: dict[str, Any]) -> ResultT:
        # another flow may have added a charger since the steps were checked
        if problems := check_identity(self.hass, self._get_entry(), data, self._own_id):
            return self._show_identity(data, problems)
        if problems := self._check_wiring(data):
            return self._show_wiring(data, problems)
        title = data.pop(CONF_NAME)
        return self._save(title, data, f"{data[CONF_STATION_ID]}_{data[CONF_CONNECTOR_ID]}")

    @property
    def _own_id(self) -> str | None:
        return None if self._own is None else self._own.subentry_id

    @property
    def _site_phases(self) -> int:
        return int(self._get_entry().data[CONF_PHASES])
