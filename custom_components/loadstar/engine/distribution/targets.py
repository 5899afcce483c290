"""The one entry: give every charger its target and the reason for it."""

from ..models import ChargerContext, ConnectorStatus, SiteContext
from .battery import Battery, battery_of
from .circuits import CircuitTree
from .claims import Claim
from .cleaning import HIGHEST, CleanSite, clean, number
from .ledger import Ledger
from .modes import Modes, battery_first
from .phases import active_phases, physical_phases
from .reasons import NOT_CONNECTED, Reasons
from .sharing import share

_TAKES_PART = frozenset(
    {ConnectorStatus.CHARGING, ConnectorStatus.SUSPENDED_EV, ConnectorStatus.SUSPENDED_EVSE}
)
DECIMALS = 9  # of an ampere


def calculate_all_charger_targets(site: SiteContext) -> None:
    """Fill ``target_current`` (A per phase) and ``reason`` of every charger of the site.

    A target is 0 or at least the charger's minimum. No phase, circuit, import limit or
    unbalance is ever exceeded by what is given; input that is no number is replaced by the
    careful value (see ``cleaning``). Never raises on numbers, keeps nothing between calls, and
    depends on the input alone, not on the order of the chargers.
    """
    cleaned = clean(site)
    battery = battery_of(site, cleaned)
    ledger = Ledger(cleaned, battery, CircuitTree(site.circuits))
    claims = _claims(site, cleaned, battery, ledger)
    share(site.distribution_mode, ledger, claims)
    limit = site.max_import_power
    reasons = Reasons(ledger, None if limit is None else number(limit, 0.0), battery_first(battery))
    for claim in claims:
        claim.charger.target_current = _without_noise(claim)
        claim.charger.reason = reasons.of(claim)


def _without_noise(claim: Claim) -> float:
    """Return a claim's current without the noise of floating point, within its own limits."""
    if not claim.admitted:
        return 0.0
    return max(claim.minimum, min(round(claim.current, DECIMALS), claim.maximum))


def _claims(site: SiteContext, cleaned: CleanSite, battery: Battery, ledger: Ledger) -> list[Claim]:
    """Return the chargers that take part in their order of service; the others get 0."""
    modes = Modes(site, battery, ledger.pools)
    claims = []
    for charger in site.chargers:
        charger.target_current = 0.0
        charger.reason = NOT_CONNECTED
        if _takes_part(charger):
            claims.append(_claim(charger, cleaned, modes, ledger))
    return sorted(claims, key=lambda claim: claim.order)


def _takes_part(charger: ChargerContext) -> bool:
    if charger.connector_status is ConnectorStatus.PREPARING:
        return charger.start_wanted
    return charger.connector_status in _TAKES_PART


def _claim(charger: ChargerContext, cleaned: CleanSite, modes: Modes, ledger: Ledger) -> Claim:
    maximum = number(charger.max_current, 0.0)
    if charger.ceiling is not None:
        maximum = min(maximum, number(charger.ceiling, 0.0))
    # a minimum that is no number can never be met
    minimum = number(charger.min_current, HIGHEST)
    active = active_phases(charger, cleaned.phases)
    return Claim(
        charger=charger,
        offer=modes.offer(charger, maximum, minimum),
        minimum=minimum,
        maximum=maximum,
        physical=physical_phases(charger, active, cleaned.phases),
        active=active,
        circuits=ledger.circuits.path(charger.circuit),
    )
