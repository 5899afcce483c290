"""What commissioning has found, kept over restarts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from ..const import DOMAIN, LOGGER
from ..engine.commissioning import ChargerReport, Finding, Note, SiteReport, Verdict
from .data import finding_data, report_data, restored_finding, restored_report

STORAGE_VERSION = 1
_CONCLUSIVE: Final = frozenset({Verdict.PASSED, Verdict.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a charger's last conclusive test found, and for which wiring."""

    fingerprint: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReport:
    """The last report, and when it was made."""

    at: datetime
    report: SiteReport
    # what each charger was wired like
    fingerprints: Mapping[str, str]


class CommissioningStore:
    """Proofs by charger and the last report of one entry."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Prepare the store; nothing is read yet."""
        self._store = _store(hass, entry_id)
        self.proofs: dict[str, Proof] = {}
        self.last: KeptReport | None = None
        self.findings: tuple[Finding, ...] = ()  # that still stand
        # the chargers of a test that has begun, and how they are wired
        self.begun: dict[str, str] = {}

    async def async_load(self) -> None:
        """Read what was kept; what makes no sense is as if it had never been."""
        stored = await self._store.async_load()
        if stored is None:
            return
        try:
            self.proofs = {
                key: Proof(fingerprint=proof["fingerprint"], verdict=Verdict(proof["verdict"]))
                for key, proof in stored["proofs"].items()
            }
            self.last = _restored(stored["last"])
            self.findings = tuple(restored_finding(it) for it in stored["findings"])
            self.begun = dict(stored["begun"])
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            LOGGER.warning("What commissioning had found cannot be read: %r", error)
            self.proofs, self.last, self.findings, self.begun = {}, None, (), {}

    def settle(self) -> None:
        """Take down a test that a crash or a stop of Home Assistant has interrupted."""
        if not self.begun:
            return
        chargers = tuple(
            ChargerReport(charger_id=key, verdict=Verdict.INCONCLUSIVE, note=Note.INTERRUPTED)
            for key in self.begun
        )
        self.keep(SiteReport(verdict=Verdict.INCONCLUSIVE, chargers=chargers), self.begun)

    def keep(self, report: SiteReport, fingerprints: Mapping[str, str]) -> None:
        """Take a report; only what was found replaces what had been found before."""
        self.last = KeptReport(at=dt_util.utcnow(), report=report, fingerprints=fingerprints)
        self.begun = {}
        found = set()
        for charger in report.chargers:
            key, mark = charger.charger_id, fingerprints[charger.charger_id]
            before = self.proofs.get(key)
            if charger.verdict in _CONCLUSIVE:
                found.add(key)
            if key in found or before is None or before.fingerprint != mark:
                self.proofs[key] = Proof(fingerprint=mark, verdict=charger.verdict)
        # a finding about the meter stands until another test has come to a result
        self.findings = report.findings + tuple(
            finding
            for finding in self.findings
            if finding.charger_id not in found and (finding.charger_id or not found)
        )

    def adapt(self, fingerprints: Mapping[str, str]) -> None:
        """Forget what no longer holds for chargers that are wired so."""
        self.proofs = {
            key: proof
            for key, proof in self.proofs.items()
            if proof.fingerprint == fingerprints.get(key)
        }
        seen = self.last.fingerprints if self.last else {}
        same = all(fingerprints.get(key) == mark for key, mark in seen.items())
        self.findings = tuple(
            finding
            for finding in self.findings
            if (same if finding.charger_id is None else finding.charger_id in self.proofs)
        )

    async def async_save(self) -> None:
        """Write it out."""
        await self._store.async_save(
            {
                "proofs": {
                    key: {"fingerprint": proof.fingerprint, "verdict": str(proof.verdict)}
                    for key, proof in self.proofs.items()
                },
                "findings": [finding_data(finding) for finding in self.findings],
                "begun": self.begun,
                "last": None if self.last is None else _plain(self.last),
            }
        )


async def async_remove_commissioning(hass: HomeAssistant, entry_id: str) -> None:
    """Delete what was kept of a removed entry."""
    await _store(hass, entry_id).async_remove()


def _plain(kept: KeptReport) -> dict[str, Any]:
    return {
        "at": kept.at.isoformat(),
        "report": report_data(kept.report),
        "fingerprints": dict(kept.fingerprints),
    }


def _restored(stored: Mapping[str, Any] | None) -> KeptReport | None:
    if stored is None:
        return None
    return KeptReport(
        at=datetime.fromisoformat(stored["at"]),
        report=restored_report(stored["report"]),
        fingerprints=dict(stored["fingerprints"]),
    )


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    return Store(hass, STORAGE_VERSION, f"{DOMAIN}.{entry_id}.commissioning", atomic_writes=True)
