"""Repair issues: what is wrong, and what to do about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .wiring import SiteConfig


class IssueKey(StrEnum):
    """The words of an issue in the translations."""

    PORT_TAKEN = "port_taken"
    ADDRESS_MISSING = "address_missing"
    ENCRYPTED_PORT_TAKEN = "encrypted_port_taken"
    CERTIFICATE_UNUSABLE = "certificate_unusable"
    METER_STALE = "meter_stale"
    METER_FROZEN = "meter_frozen"
    OVERLOAD_SILENT = "overload_silent"
    OVERLOAD_CHARGING = "overload_charging"
    OVERLOAD_HOUSEHOLD = "overload_household"
    FALLBACKS_OVER_BREAKER = "fallbacks_over_breaker"
    FALLBACKS_OVER_CIRCUIT = "fallbacks_over_circuit"
    MAXIMUM_OVER_BREAKER = "maximum_over_breaker"
    MAXIMUM_OVER_CIRCUIT = "maximum_over_circuit"
    SETPOINT_REJECTED = "setpoint_rejected"
    FALLBACK_REJECTED = "fallback_rejected"
    NO_ANSWER = "no_answer"
    LIMITS_IGNORED = "limits_ignored"
    FALLBACK_FAILED = "fallback_failed"
    DISOBEDIENT_PAUSED = "disobedient_paused"
    DISOBEDIENT_SESSION_ENDED = "disobedient_session_ended"
    OUT_OF_SERVICE = "out_of_service"
    CLOCK_OFFSET = "clock_offset"
    WEAK_HOLD = "weak_hold"
    KEY_REFUSED = "key_refused"
    KEY_NOT_USED = "key_not_used"
    PLAN_STALE = "plan_stale"
    PRICES_MISSING = "prices_missing"
    FORECAST_MISSING = "forecast_missing"
    SOLVER_UNAVAILABLE = "solver_unavailable"
    PLAN_INPUT = "plan_input"
    PV_STOPPED = "pv_stopped"
    STORE_SET_ASIDE = "store_set_aside"
    STORE_FULL = "store_full"
    STORE_NOT_WRITABLE = "store_not_writable"
    STORE_LOCKED = "store_locked"
    STORE_FAILED = "store_failed"
    BUFFER_FAILED = "buffer_failed"
    BUFFER_LOST = "buffer_lost"
    TRAINING_FAILED = "training_failed"
    COMMISSIONING_METER_INVERTED = "commissioning_meter_inverted"
    COMMISSIONING_PHASE_INVERTED = "commissioning_phase_inverted"
    COMMISSIONING_METER_BLIND = "commissioning_meter_blind"
    COMMISSIONING_PHASE_BLIND = "commissioning_phase_blind"
    COMMISSIONING_PHASE_ORDER = "commissioning_phase_order"
    COMMISSIONING_METER_SWAPPED = "commissioning_meter_swapped"
    COMMISSIONING_METER_SCALE = "commissioning_meter_scale"
    COMMISSIONING_DISOBEDIENT = "commissioning_disobedient"
    COMMISSIONING_FALLBACK_IGNORED = "commissioning_fallback_ignored"


class Matter(StrEnum):
    """What an issue is about: of one thing there is never more than one issue of a matter."""

    PORT_TAKEN = "port_taken"
    ADDRESS_MISSING = "address_missing"
    ENCRYPTION = "encryption"
    METER = "meter_stale"
    OVERLOAD = "overload"
    FALLBACKS = "fallbacks"
    PLAN_STALE = "plan_stale"
    PLAN_PRICES = "plan_prices"
    PLAN_FORECAST = "plan_forecast"
    PLAN_SOLVER = "plan_solver"
    PLAN_INPUT = "plan_input"
    PLAN_PV_STOPPED = "plan_pv_stopped"
    STORE = "store"
    STORE_SET_ASIDE = "store_set_aside"
    BUFFER = "buffer"
    BUFFER_STORE = "buffer_store"
    TRAINING = "training"
    CONTROL = "charger_uncontrolled"
    PROOF = "charger_unproved"
    OBEDIENCE = "charger_disobedient"
    SERVICE = "charger_out_of_service"
    CLOCK = "charger_clock"
    HOLD = "charger_hold"
    KEY = "charger_key"

    def of(self, subject: str) -> str:
        """Return the id of the issue about an entry's or a subentry's matter."""
        return f"{self}_{subject}"


SITE_MATTERS: Final = (
    Matter.PORT_TAKEN,
    Matter.ADDRESS_MISSING,
    Matter.ENCRYPTION,
    Matter.METER,
    Matter.OVERLOAD,
    Matter.FALLBACKS,
    Matter.PLAN_STALE,
    Matter.PLAN_PRICES,
    Matter.PLAN_FORECAST,
    Matter.PLAN_SOLVER,
    Matter.PLAN_INPUT,
    Matter.PLAN_PV_STOPPED,
    Matter.BUFFER,
    Matter.BUFFER_STORE,
    Matter.TRAINING,
)
CHARGER_MATTERS: Final = (
    Matter.CONTROL,
    Matter.PROOF,
    Matter.OBEDIENCE,
    Matter.SERVICE,
    Matter.CLOCK,
    Matter.HOLD,
    Matter.KEY,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Something that the user should know, and perhaps mend with a button."""

    key: IssueKey
    words: Mapping[str, str]
    severity: ir.IssueSeverity = ir.IssueSeverity.ERROR
    # what the fix flow needs to know; None: there is nothing to press
    fix: Mapping[str, str] | None = None


@callback
def async_raise(hass: HomeAssistant, issue_id: str, issue: Issue) -> None:
    """Show an issue, or its new words where it is shown already."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        data=None if issue.fix is None else dict(issue.fix),
        is_fixable=issue.fix is not None,
        severity=issue.severity,
        translation_key=issue.key,
        translation_placeholders=dict(issue.words),
    )


@callback
def async_take_back(hass: HomeAssistant, issue_id: str) -> None:
    """Show an issue no more."""
    ir.async_delete_issue(hass, DOMAIN, issue_id)


@callback
def async_report_port_taken(hass: HomeAssistant, entry_id: str, config: SiteConfig) -> None:
    """Say that another program holds the OCPP port."""
    words = {"site": config.name, "port": str(config.ocpp_port)}
    async_raise(hass, Matter.PORT_TAKEN.of(entry_id), Issue(key=IssueKey.PORT_TAKEN, words=words))


@callback
def async_report_address_missing(hass: HomeAssistant, entry_id: str, config: SiteConfig) -> None:
    """Say that this machine does not have the address that chargers connect to."""
    words = {"site": config.name, "host": config.ocpp_host, "port": str(config.ocpp_port)}
    async_raise(
        hass,
        Matter.ADDRESS_MISSING.of(entry_id),
        Issue(key=IssueKey.ADDRESS_MISSING, words=words),
    )


@callback
def async_clear_server(hass: HomeAssistant, entry_id: str) -> None:
    """Take back that the OCPP server cannot listen."""
    for matter in (Matter.PORT_TAKEN, Matter.ADDRESS_MISSING):
        async_take_back(hass, matter.of(entry_id))


@callback
def async_report_encryption(
    hass: HomeAssistant, entry_id: str, site: str, key: IssueKey, words: Mapping[str, str]
) -> None:
    """Say why chargers cannot connect encrypted."""
    issue = Issue(key=key, words={"site": site, **words})
    async_raise(hass, Matter.ENCRYPTION.of(entry_id), issue)


@callback
def async_clear_encryption(hass: HomeAssistant, entry_id: str) -> None:
    """Take back that chargers cannot connect encrypted."""
    async_take_back(hass, Matter.ENCRYPTION.of(entry_id))


@callback
def async_clear_removed(hass: HomeAssistant) -> None:
    """Take back what was said of chargers that are no more."""
    entries = hass.config_entries.async_entries(DOMAIN)
    known = {matter.of(key) for entry in entries for key in entry.subentries for matter in Matter}
    of_chargers = tuple(matter.of("") for matter in CHARGER_MATTERS)
    for domain, issue_id in list(ir.async_get(hass).issues):
        if domain == DOMAIN and issue_id.startswith(of_chargers) and issue_id not in known:
            async_take_back(hass, issue_id)


@callback
def async_clear_all(hass: HomeAssistant, entry_id: str, subentry_ids: Iterable[str]) -> None:
    """Take back everything that was said of a site and its chargers."""
    for matter in SITE_MATTERS:
        async_take_back(hass, matter.of(entry_id))
    for subentry_id in subentry_ids:
        for matter in CHARGER_MATTERS:
            async_take_back(hass, matter.of(subentry_id))
