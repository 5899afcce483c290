"""Commissioning in Home Assistant: started by a user, fed by the control cycle, kept on disk."""

from .data import report_data
from .issues import async_clear_findings
from .picture import draw
from .runner import Commissioning
from .store import KeptReport, async_remove_commissioning
from .words import Words, async_load_words

__all__ = [
    "Commissioning",
    "KeptReport",
    "Words",
    "async_clear_findings",
    "async_load_words",
    "async_remove_commissioning",
    "draw",
    "report_data",
]
