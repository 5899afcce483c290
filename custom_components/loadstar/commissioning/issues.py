"""Repair issues: what commissioning has found wrong, and what mends it."""

from collections.abc import Iterable
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from ..engine.commissioning import Finding, FindingCode
from ..issues import Issue, IssueKey, async_raise, async_take_back
from ..wiring import SiteConfig

KEYS: Final = {
    FindingCode.METER_INVERTED: IssueKey.COMMISSIONING_METER_INVERTED,
    FindingCode.PHASE_INVERTED: IssueKey.COMMISSIONING_PHASE_INVERTED,
    FindingCode.METER_BLIND: IssueKey.COMMISSIONING_METER_BLIND,
    FindingCode.PHASE_BLIND: IssueKey.COMMISSIONING_PHASE_BLIND,
    FindingCode.PHASE_ORDER: IssueKey.COMMISSIONING_PHASE_ORDER,
    FindingCode.METER_SWAPPED: IssueKey.COMMISSIONING_METER_SWAPPED,
    FindingCode.METER_SCALE: IssueKey.COMMISSIONING_METER_SCALE,
    FindingCode.DISOBEDIENT: IssueKey.COMMISSIONING_DISOBEDIENT,
    FindingCode.FALLBACK_IGNORED: IssueKey.COMMISSIONING_FALLBACK_IGNORED,
}


@callback
def async_report_findings(
    hass: HomeAssistant, entry_id: str, config: SiteConfig, findings: Iterable[Finding]
) -> None:
    """Raise an issue for each finding, and take back every one that is none any more."""
    wanted = {_issue_id(entry_id, finding): finding for finding in findings}
    for issue_id in _raised(hass, entry_id):
        if issue_id not in wanted:
            async_take_back(hass, issue_id)
    for issue_id, finding in wanted.items():
        async_raise(hass, issue_id, Issue(key=KEYS[finding.code], words=words_of(config, finding)))


@callback
def async_clear_findings(hass: HomeAssistant, entry_id: str) -> None:
    """Take back all that commissioning has said of a site."""
    for issue_id in _raised(hass, entry_id):
        async_take_back(hass, issue_id)


def words_of(config: SiteConfig, finding: Finding) -> dict[str, str]:
    """Return the words of a finding's sentence."""
    charger = config.chargers.get(finding.charger_id or "")
    return {
        **finding.data,
        "site": config.name,
        "charger": charger.name if charger else config.name,
    }


def _issue_id(entry_id: str, finding: Finding) -> str:
    parts = (finding.charger_id or "site", finding.code, finding.data.get("phase", ""))
    return _prefix(entry_id) + "_".join(filter(None, parts))


def _raised(hass: HomeAssistant, entry_id: str) -> list[str]:
    prefix = _prefix(entry_id)
    return [
        issue_id
        for domain, issue_id in ir.async_get(hass).issues
        if domain == DOMAIN and issue_id.startswith(prefix)
    ]


def _prefix(entry_id: str) -> str:
    return f"commissioning_{entry_id}_"
