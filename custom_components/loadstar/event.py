"""What happens at a site: overloads, charging sessions and goals at risk."""

from dataclasses import dataclass
from functools import partial
from typing import Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .coordinator import LoadstarConfigEntry
from .devices import device_identifier
from .entity import LoadstarDescription, SiteEntity, async_add_all, each_of
from .models import ChargerPlan, ChargerSnapshot
from .plan_entity import NOTHING_PLANNED, SitePlanEntity, is_planned
from .wiring import SiteConfig

PARALLEL_UPDATES = 0

STARTED: Final = "started"
CLEARED: Final = "cleared"
ENDED: Final = "ended"

# Less than that is the solver's tolerance, not a car that stays behind.
MISSING_KWH: Final = 0.05


@dataclass(frozen=True, kw_only=True)
class SiteEventDescription(LoadstarDescription[SiteConfig], EventEntityDescription):
    """Something that happens at a site."""


OVERLOAD: Final = SiteEventDescription(key="overload", event_types=[STARTED, CLEARED])
SESSION: Final = SiteEventDescription(key="session", event_types=[STARTED, ENDED])
GOAL_AT_RISK: Final = SiteEventDescription(
    key="goal_at_risk",
    event_types=[STARTED, CLEARED],
    exists=lambda config: is_planned(config) and bool(config.chargers),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LoadstarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the events of a site."""
    coordinator = entry.runtime_data
    async_add_all(
        hass,
        Platform.EVENT,
        coordinator,
        async_add_entities,
        [
            OverloadEvent(coordinator, OVERLOAD),
            SessionEvent(coordinator, SESSION),
            *(
                GoalAtRiskEvent(coordinator, *each)
                for each in each_of({None: coordinator.config}, [GOAL_AT_RISK])
            ),
        ],
    )


class OverloadEvent(SiteEntity, EventEntity):
    """A phase went over its limit, or all are under it again."""

    entity_description: SiteEventDescription
    _overload = False

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self._look()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self._look()
        super()._handle_coordinator_update()

    def _look(self) -> None:
        site = self.section
        if site.overload is self._overload:
            return
        self._overload = site.overload
        if site.overload:
            self._trigger_event(STARTED, {"phases": list(site.overloaded_phases)})
        else:
            self._trigger_event(CLEARED)


class SessionEvent(SiteEntity, EventEntity):
    """A charging session began or ended at one of the site's chargers."""

    entity_description: SiteEventDescription

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self._since = dt_util.utcnow()
        self._last = dict(self.coordinator.data.chargers)
        for key in self._last:
            self.async_on_remove(self.coordinator.async_add_listener(partial(self._look, key), key))

    @callback
    def _look(self, key: str) -> None:
        before, after = self._last[key], self.coordinator.data.chargers[key]
        self._last[key] = after
        if before.transaction_id == after.transaction_id:
            return
        if before.transaction_id is not None:
            # a charger gives the final energy together with the end
            last = after if after.transaction_id is None else before
            self._fire(ENDED, key, before.transaction_id, last.session_energy_kwh)
        if after.transaction_id is not None and self._is_new(after):
            self._fire(STARTED, key, after.transaction_id, after.session_energy_kwh)

    def _is_new(self, charger: ChargerSnapshot) -> bool:
        """Whether the session is not one that a charger has taken up again after a restart."""
        return charger.session_started is None or charger.session_started >= self._since

    def _fire(
        self, event_type: str, key: str, transaction_id: int, energy_kwh: float | None
    ) -> None:
        entry_id = self.coordinator.config_entry.entry_id
        self._trigger_event(
            event_type,
            {
                "charger": self.coordinator.config.chargers[key].name,
                "subentry_id": key,
                "device_id": dr.async_get_device_id_by_identifier(
                    self.hass, device_identifier(entry_id, key), config_entry_id=entry_id
                ),
                "transaction_id": transaction_id,
                "energy_kwh": energy_kwh,
            },
        )
        self.async_write_ha_state()


class GoalAtRiskEvent(SitePlanEntity, EventEntity):
    """The plan cannot give a car what it is to have in time, or can again."""

    entity_description: SiteEventDescription

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self._at_risk: frozenset[str] = frozenset()
        self._look()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self._look()
        super()._handle_coordinator_update()

    def _look(self) -> None:
        plan = self.section
        if plan.created_at is None:
            return
        # an old plan may still know a charger that has been removed
        chargers = self.coordinator.config.chargers
        at_risk = {key for key, each in plan.chargers.items() if each.missing_kwh > MISSING_KWH}
        before, self._at_risk = self._at_risk, frozenset(at_risk & chargers.keys())
        for event_type, keys in (
            (STARTED, self._at_risk - before),
            (CLEARED, before - self._at_risk),
        ):
            for key in sorted(keys):
                self._fire(event_type, key, plan.chargers.get(key, NOTHING_PLANNED))

    def _fire(self, event_type: str, key: str, charger: ChargerPlan) -> None:
        config = self.coordinator.config
        vehicle = config.planning.vehicles.get(charger.vehicle or "")
        self._trigger_event(
            event_type,
            {
                "charger": config.chargers[key].name,
                "subentry_id": key,
                "vehicle": None if vehicle is None else vehicle.name,
                "missing_kwh": round(charger.missing_kwh, 2),
                "by": None if charger.goal_by is None else charger.goal_by.isoformat(),
            },
        )
        self.async_write_ha_state()
