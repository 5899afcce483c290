"""The report's picture: for every charger what the meter showed while it was stepped."""

from collections.abc import Iterable
import textwrap
from typing import Final

from homeassistant.util import dt as dt_util

from ..engine.commissioning import ChargerReport, Check, CheckState, Verdict
from ..wiring import SiteConfig
from .store import KeptReport
from .strips import draw_strips, strips_height
from .svg import WIDTH, page, rule, text
from .words import Words

_LEFT: Final = 22.0
_HEAD: Final = 72.0
_LINE: Final = 20.0
_GAP: Final = 26.0
_CHARS: Final = 90  # of small text on a line
_NAME_CHARS: Final = 48
_VERDICTS: Final = {
    Verdict.PASSED: ("✓", "good"),
    Verdict.FAILED: ("✗", "bad"),
    Verdict.INCONCLUSIVE: ("?", "open"),
    Verdict.SKIPPED: ("-", "faint"),
}
_CHECKS: Final = {
    CheckState.PROVED: ("✓", "good"),
    CheckState.PARTLY: ("✓", "good"),
    CheckState.WRONG: ("✗", "bad"),
    CheckState.NOT_SHOWN: ("-", "faint"),
}


def draw(kept: KeptReport, config: SiteConfig, words: Words) -> bytes:
    """Return the picture as SVG; the same report gives the same bytes."""
    parts = _head(kept, config, words)
    top = _HEAD
    for charger in kept.report.chargers:
        block, top = _charger(charger, config, words, top)
        parts += block
    findings = [words.finding(config, finding) for finding in kept.report.findings]
    if findings:
        parts.append(rule(top - _GAP / 2, _LEFT, WIDTH - _LEFT))
        block, top = _paragraphs(findings, top + 6, "bad")
        parts += block
    return page(f"{words.title}: {config.name}", top + 4, parts)


def _head(kept: KeptReport, config: SiteConfig, words: Words) -> list[str]:
    mark, kind = _VERDICTS[kept.report.verdict]
    when = dt_util.as_local(kept.at).strftime("%Y-%m-%d %H:%M")
    return [
        text(_LEFT, 34, f"{words.title}: {_short(config.name)}", "title"),
        text(_LEFT, 54, when, "small faint"),
        text(WIDTH - _LEFT, 34, f"{mark} {words.verdict(kept.report.verdict)}", f"end {kind}"),
    ]


def _charger(
    report: ChargerReport, config: SiteConfig, words: Words, top: float
) -> tuple[list[str], float]:
    """Return a charger's part of the picture and where the next one begins."""
    wired = config.chargers.get(report.charger_id)
    mark, kind = _VERDICTS[report.verdict]
    parts = [
        rule(top, _LEFT, WIDTH - _LEFT),
        text(_LEFT, top + 26, _short(wired.name if wired else report.charger_id), "name"),
        text(WIDTH - _LEFT, top + 26, f"{mark} {words.verdict(report.verdict)}", f"end {kind}"),
    ]
    top += 42
    if report.note is not None:
        block, top = _paragraphs([words.note(report.note)], top + 4, "faint")
        parts += block
    parts += draw_strips(report, top)
    top += strips_height(report)
    if not report.trace or not report.lines:
        return parts, top + _GAP / 2
    block, top = _checks(report, words, top + 12)
    return [*parts, *block], top + _GAP / 2


def _checks(report: ChargerReport, words: Words, top: float) -> tuple[list[str], float]:
    """Return what is proved, line by line, and how long things took."""
    parts = []
    for check in Check:
        state = report.checks.get(check, CheckState.OPEN)
        mark, kind = _CHECKS.get(state, ("?", "open"))
        parts += [
            text(_LEFT, top, mark, f"small {kind}"),
            text(_LEFT + 18, top, f"{words.check(check)}: {words.state(check, state)}", "small"),
        ]
        top += _LINE
    lags = {
        "obedience_lag_s": report.obedience_lag_s,
        "meter_lag_s": report.meter_lag_s,
        "fallback_lag_s": report.fallback_lag_s,
    }
    known = [f"{words.lag(name)}: {lag:.0f}" for name, lag in lags.items() if lag is not None]
    if known:
        parts.append(text(_LEFT, top, " · ".join(known), "small faint"))
        top += _LINE
    return parts, top


def _paragraphs(paragraphs: Iterable[str], top: float, kind: str) -> tuple[list[str], float]:
    """Return texts under one another, and where the next thing goes."""
    lines = [line for paragraph in paragraphs for line in textwrap.wrap(paragraph, _CHARS)]
    parts = [
        text(_LEFT, top + index * _LINE, line, f"small {kind}") for index, line in enumerate(lines)
    ]
    return parts, top + len(lines) * _LINE


def _short(name: str) -> str:
    return textwrap.shorten(name, _NAME_CHARS, placeholder="…") if len(name) > _NAME_CHARS else name
