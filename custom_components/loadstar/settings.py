"""The one owner of what users tune: modes, minimums, limits, priorities, switches.

Entities, actions and cards read and write here; the control clock reads it. Values
are kept in an atomic store per entry, loaded before the first cycle.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from functools import partial
import math
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from .const import DOMAIN, LOGGER
from .engine.buffer.types import BufferFormula
from .engine.control.types import ControlSettings
from .engine.models import ChargingMode, DistributionMode
from .engine.planner.config import SIGMA_BY_RISK_APPETITE
from .goals import GoalSettings, changed_goal, check_goal, first_goals
from .limits import LEAST_CURRENT_A, NOTHING_OBSERVED, Wiring, fallback_conflict, wire
from .models import PlannerMode
from .restoring import restored
from .settings_error import SettingsError
from .wiring import ChargerConfig, SiteConfig

STORAGE_VERSION = 1

RISK_APPETITES: Final = tuple(SIGMA_BY_RISK_APPETITE)
MOST_COST_PER_KWH: Final = 1000.0  # in any currency


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """What is tuned for the whole site."""

    import_limit_w: float
    export_threshold_w: float
    charging_mode: ChargingMode = ChargingMode.STANDARD
    distribution_mode: DistributionMode = DistributionMode.PRIORITY
    grid_charging: bool = True
    battery_soc_min: float = 30.0
    battery_soc_target: float = 80.0
    safety_margin_a: float = 1.0
    planner_mode: PlannerMode = PlannerMode.SHADOW
    risk_appetite: int = 3  # 1 careful to 5 bold
    wear_cost_per_kwh: float = 0.03  # of battery energy cycled
    battery_export_threshold_per_kwh: float = 0.0  # what its export has to earn beyond the rest
    vacation: bool = False
    buffer_formula: BufferFormula = BufferFormula.DYNAMIC
    control: ControlSettings = field(default_factory=ControlSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerSettings:
    """What is tuned for one charger."""

    min_current: float
    max_current: float
    fallback_current: float
    priority: int
    enabled: bool = True
    charging_mode: ChargingMode | None = None  # None: as the site


class SettingsStore:
    """Load, check, change and keep the settings of one entry."""

    def __init__(self, hass: HomeAssistant, entry_id: str, config: SiteConfig) -> None:
        """Start from the values that the flows asked for."""
        self._store = _store(hass, entry_id)
        self._config = config
        self._listeners: list[Callable[[], None]] = []
        self.site = _first_site(config)
        self.chargers = {key: _first_charger(wired) for key, wired in config.chargers.items()}
        self.goals = first_goals(config)  # by vehicle, and by charger for its guests
        self.observed = NOTHING_OBSERVED  # whoever runs the site says what it has shown

    @property
    def wiring(self) -> Wiring:
        """The site as it is tuned and as running has shown it: what fallbacks must fit."""
        return self._wiring(self.chargers)

    async def async_load(self) -> None:
        """Read what was kept; a value that no longer fits falls back to its first one."""
        stored = await self._store.async_load()
        if not isinstance(stored, dict):
            return
        self._restore_site(stored.get("site"))
        for key, kept in _each(stored.get("chargers")):
            if key in self.chargers:
                first = self.chargers[key]
                changed = _without_trickle(restored(first, kept))
                check = partial(self._check_charger, key)
                self.chargers[key] = self._checked(changed, first, check)
        for key, kept in _each(stored.get("goals")):
            if key in self.goals:
                first_goal = self.goals[key]
                self.goals[key] = self._checked(
                    restored(first_goal, kept), first_goal, _check_kept_goal
                )

    @callback
    def async_on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` after every change; return what stops that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def async_update_site(self, **changes: Any) -> None:
        """Change settings of the site, or refuse with a translated error."""
        changed = replace(self.site, **changes)
        self._check_site(changed)
        self.site = changed
        await self._async_changed()

    async def async_update_control(self, **changes: Any) -> None:
        """Change settings of the guards."""
        await self.async_update_site(control=replace(self.site.control, **changes))

    async def async_update_charger(self, key: str, **changes: Any) -> None:
        """Change settings of a charger, or refuse with a translated error."""
        changed = replace(self.chargers[key], **changes)
        self._check_charger(key, changed)
        if changed.fallback_current != self.chargers[key].fallback_current:
            _check_fallback(changed.fallback_current)
            self._check_fallbacks(self.chargers | {key: changed})
        self.chargers[key] = changed
        await self._async_changed()

    async def async_update_goal(self, key: str, **changes: Any) -> None:
        """Change the goal of a vehicle, or of a charger's guest, or refuse with an error."""
        _check_finite(changes.values())
        self.goals[key] = changed_goal(self.goals[key], **changes)
        await self._async_changed()

    async def async_clear_goal(self, key: str) -> None:
        """Let a vehicle, or a charger's guest, have no goal."""
        self.goals[key] = GoalSettings()
        await self._async_changed()

    def as_dict(self) -> dict[str, Any]:
        """Return all settings as plain data."""
        return {
            "site": asdict(self.site),
            "chargers": {key: asdict(value) for key, value in self.chargers.items()},
            "goals": {key: asdict(value) for key, value in self.goals.items()},
        }

    async def _async_changed(self) -> None:
        for listener in tuple(self._listeners):
            listener()
        await self._store.async_save(self.as_dict())

    def _restore_site(self, kept: object) -> None:
        if not isinstance(kept, dict):
            return
        control = restored(self.site.control, kept.pop("control", {}))
        self.site = self._checked(
            restored(replace(self.site, control=control), kept), self.site, self._check_site
        )

    def _checked[SettingsT](
        self, settings: SettingsT, first: SettingsT, check: Callable[[SettingsT], None]
    ) -> SettingsT:
        """Return ``settings``, or ``first`` where the wiring has made them impossible."""
        try:
            check(settings)
        except SettingsError as error:
            LOGGER.warning(
                "%s: kept settings no longer fit (%s); starting from the configured ones",
                self._config.name,
                error,
            )
            return first
        return settings

    def _check_site(self, site: SiteSettings) -> None:
        _check_numbers(site)
        _check_numbers(site.control)
        _check_planner(site)
        if site.control.stale_min_s > site.control.stale_max_s:
            raise SettingsError(
                "stale_min_above_max", min=site.control.stale_min_s, max=site.control.stale_max_s
            )
        if site.battery_soc_min > site.battery_soc_target:
            raise SettingsError(
                "soc_min_above_target", min=site.battery_soc_min, target=site.battery_soc_target
            )
        allowed = self._config.main_breaker - site.safety_margin_a
        for charger in self.chargers.values():
            if charger.min_current > allowed:
                raise SettingsError("breaker_below_min", breaker=allowed, min=charger.min_current)

    def _check_charger(self, key: str, charger: ChargerSettings) -> None:
        _check_numbers(charger)
        rated = self._config.chargers[key].rated_current
        if charger.min_current > charger.max_current:
            raise SettingsError("min_above_max", min=charger.min_current, max=charger.max_current)
        if charger.max_current > rated:
            raise SettingsError("max_above_rated", max=charger.max_current, rated=rated)
        if charger.fallback_current > charger.max_current:
            raise SettingsError(
                "fallback_above_max",
                fallback=charger.fallback_current,
                max=charger.max_current,
            )
        allowed = self._config.main_breaker - self.site.safety_margin_a
        if charger.min_current > allowed:
            raise SettingsError("breaker_below_min", breaker=allowed, min=charger.min_current)

    def _check_fallbacks(self, chargers: dict[str, ChargerSettings]) -> None:
        """Refuse what all chargers together would overload when nobody controls them."""
        if conflict := fallback_conflict(self._wiring(chargers), before=self.wiring):
            raise SettingsError(conflict.error, **conflict.words)

    def _wiring(self, chargers: Mapping[str, ChargerSettings]) -> Wiring:
        return wire(self._config, chargers, self.site.safety_margin_a, self.observed)


def _check_fallback(fallback: float) -> None:
    """Refuse a current with which no car charges and that is no pause either."""
    if 0 < fallback < LEAST_CURRENT_A:
        raise SettingsError("fallback_too_low", lowest=LEAST_CURRENT_A)


def _check_planner(site: SiteSettings) -> None:
    """Refuse weights with which no plan makes sense."""
    if site.risk_appetite not in RISK_APPETITES:
        raise SettingsError("risk_out_of_range", value=site.risk_appetite)
    for cost in (site.wear_cost_per_kwh, site.battery_export_threshold_per_kwh):
        if not 0 <= cost <= MOST_COST_PER_KWH:
            raise SettingsError("cost_out_of_range", value=cost, most=MOST_COST_PER_KWH)


def _check_kept_goal(goal: GoalSettings) -> None:
    _check_numbers(goal)
    check_goal(goal)


def _check_numbers(
    settings: SiteSettings | ChargerSettings | ControlSettings | GoalSettings,
) -> None:
    """Refuse NaN, which passes every comparison that it meets."""
    _check_finite(getattr(settings, item.name) for item in fields(settings))


def _check_finite(values: Iterable[object]) -> None:
    for value in values:
        if isinstance(value, float) and not math.isfinite(value):
            raise SettingsError("not_a_number", value=value)


def _each(kept: object) -> Iterable[tuple[str, object]]:
    return kept.items() if isinstance(kept, dict) else ()


async def async_remove_settings(hass: HomeAssistant, entry_id: str) -> None:
    """Delete what was kept of a removed entry."""
    await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    return Store(hass, STORAGE_VERSION, f"{DOMAIN}.{entry_id}.settings", atomic_writes=True)


def _first_site(config: SiteConfig) -> SiteSettings:
    most = config.phases * config.main_breaker * config.voltage
    limit = config.import_limit_w
    return SiteSettings(
        import_limit_w=most if limit is None else min(limit, most),
        export_threshold_w=config.export_threshold_w,
    )


def _first_charger(config: ChargerConfig) -> ChargerSettings:
    return ChargerSettings(
        min_current=config.min_current,
        max_current=config.rated_current,
        fallback_current=config.fallback_current,
        priority=config.priority,
    )


def _without_trickle(charger: ChargerSettings) -> ChargerSettings:
    """Return settings whose fallback, if no car charges with it, is the pause that it means."""
    if 0 < charger.fallback_current < LEAST_CURRENT_A:
        return replace(charger, fallback_current=0.0)
    return charger
