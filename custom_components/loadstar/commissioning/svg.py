"""The few elements that the picture is made of."""

from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape

WIDTH: Final = 680.0

STYLE: Final = """
:root{--paper:#fff;--ink:#1c2126;--faint:#5f6b76;--rule:#d5dbe0;--shade:#e4ecf4;
--line:#03669c;--good:#1b7f3b;--bad:#c22e2e;--open:#8a6100}
@media (prefers-color-scheme:dark){:root{--paper:#1c2126;--ink:#eef2f5;--faint:#a3b0bb;
--rule:#3a444d;--shade:#2b3947;--line:#63bdf2;--good:#65cd86;--bad:#ff8a80;--open:#f0b849}}
text{font-family:Roboto,'Segoe UI',system-ui,sans-serif;fill:var(--ink);font-size:14px}
.title{font-size:20px;font-weight:500}.name{font-size:16px;font-weight:500}
.small{font-size:12px}.tiny{font-size:10px}.faint{fill:var(--faint)}.end{text-anchor:end}.middle{text-anchor:middle}
.good{fill:var(--good)}.bad{fill:var(--bad)}.open{fill:var(--open)}
.paper{fill:var(--paper)}.shade{fill:var(--shade)}.rule{stroke:var(--rule)}
.line{stroke:var(--line);stroke-width:2;fill:none;stroke-linejoin:round}
.ring{fill:none;stroke:var(--ink);stroke-width:1.5}
"""


def text(x: float, y: float, words: str, kind: str = "") -> str:
    """Return words at a place, in the classes of ``kind``."""
    name = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.0f}" y="{y:.0f}"{name}>{escape(words)}</text>'


def box(x: float, y: float, width: float, height: float, kind: str) -> str:
    """Return a filled rectangle."""
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'
    )


def rule(y: float, x: float, end: float) -> str:
    """Return a thin level line."""
    return f'<path class="rule" d="M{x:.0f} {y:.1f}H{end:.0f}"/>'


def curve(points: Iterable[tuple[float, float]]) -> str:
    """Return a line through points."""
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline class="line" points="{places}"/>'


def disc(x: float, y: float, radius: float, kind: str) -> str:
    """Return a round mark."""
    return f'<circle class="{kind}" cx="{x:.0f}" cy="{y:.1f}" r="{radius:.1f}"/>'


def page(title: str, height: float, parts: Iterable[str]) -> bytes:
    """Return a whole picture on paper of its own, readable on any background."""
    size = f'width="{WIDTH:.0f}" height="{height:.0f}"'
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" ',
            f'{size} role="img"><title>{escape(title)}</title><style>{STYLE}</style>',
            f'<rect class="paper" {size} rx="8"/>',
            *parts,
            "</svg>",
        ]
    ).encode()
