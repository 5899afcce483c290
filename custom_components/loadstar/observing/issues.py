"""Repair issues of the file that the past is kept in: one for all sites."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.issue_registry import IssueSeverity

from ..const import DOMAIN
from ..engine.learning.errors import StoreError, StoreProblem
from ..issues import Issue, IssueKey, Matter, async_raise, async_take_back

_KEYS: Final[Mapping[StoreProblem, IssueKey]] = {
    StoreProblem.FULL: IssueKey.STORE_FULL,
    StoreProblem.NOT_WRITABLE: IssueKey.STORE_NOT_WRITABLE,
    StoreProblem.LOCKED: IssueKey.STORE_LOCKED,
}


@callback
def async_report_store(hass: HomeAssistant, path: Path, error: StoreError) -> None:
    """Say why the file cannot be used."""
    issue = Issue(
        key=_KEYS.get(error.problem, IssueKey.STORE_FAILED),
        words={"file": str(path), "error": error.detail},
        severity=IssueSeverity.WARNING,
    )
    async_raise(hass, Matter.STORE.of(DOMAIN), issue)


@callback
def async_report_set_aside(hass: HomeAssistant, path: Path, aside: Path) -> None:
    """Say that a new file had to be begun, and where the old one is."""
    issue = Issue(
        key=IssueKey.STORE_SET_ASIDE,
        words={"file": str(path), "kept": str(aside)},
        severity=IssueSeverity.WARNING,
    )
    async_raise(hass, Matter.STORE_SET_ASIDE.of(DOMAIN), issue)


@callback
def async_clear_store(hass: HomeAssistant) -> None:
    """Take back that the file cannot be used."""
    async_take_back(hass, Matter.STORE.of(DOMAIN))
