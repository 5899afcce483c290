"""Whether what chargers do by themselves still fits the wires, as the site has come to be known."""

from dataclasses import replace

from homeassistant.helpers import issue_registry as ir

from .issues import Issue, IssueKey
from .limits import Wiring, fallback_conflict


def fallback_issue(site: str, wiring: Wiring) -> Issue | None:
    """Return what is wrong with the sum of what chargers draw with nobody in control."""
    conflict = fallback_conflict(wiring)
    if conflict is None:
        return None
    in_circuit = "circuit" in conflict.words
    words = {"site": site, **conflict.words}
    if fallback_conflict(_all_obedient(wiring)) is None:
        loose = [one.name for one in wiring.chargers.values() if one.unattended_current is not None]
        return Issue(
            key=IssueKey.MAXIMUM_OVER_CIRCUIT if in_circuit else IssueKey.MAXIMUM_OVER_BREAKER,
            words=words | {"chargers": ", ".join(loose)},
        )
    return Issue(
        key=IssueKey.FALLBACKS_OVER_CIRCUIT if in_circuit else IssueKey.FALLBACKS_OVER_BREAKER,
        words=words,
        severity=ir.IssueSeverity.WARNING,
    )


def _all_obedient(wiring: Wiring) -> Wiring:
    """Return the same site with chargers that all find their fallback."""
    chargers = {
        key: replace(charger, unattended_current=None) for key, charger in wiring.chargers.items()
    }
    return replace(wiring, chargers=chargers)
