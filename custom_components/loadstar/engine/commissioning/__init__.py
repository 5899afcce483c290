"""Proof that meter, phases and chargers are as configured: each charger is stepped in turn."""

from .disconnect import CUT_S
from .run import CommissioningRun
from .types import (
    TOTAL_LINE,
    ChargerPlan,
    ChargerReport,
    Check,
    CheckState,
    Finding,
    FindingCode,
    Note,
    Progress,
    SitePlan,
    SiteReport,
    Stage,
    StepRecord,
    TracePoint,
    Verdict,
    Wishes,
)

__all__ = [
    "CUT_S",
    "TOTAL_LINE",
    "ChargerPlan",
    "ChargerReport",
    "Check",
    "CheckState",
    "CommissioningRun",
    "Finding",
    "FindingCode",
    "Note",
    "Progress",
    "SitePlan",
    "SiteReport",
    "Stage",
    "StepRecord",
    "TracePoint",
    "Verdict",
    "Wishes",
]
