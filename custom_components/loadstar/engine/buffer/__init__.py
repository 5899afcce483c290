"""The dynamic buffer: the reserve that the battery keeps for the house."""

from .calibrated import NeedHistory, reserve_kwh
from .dynamic_buffer import DynamicBuffer
from .formula import target_soc, wide_spread_per_kwh
from .types import BufferEvent, BufferFormula, BufferMode, BufferReason, BufferState, BufferTerms

__all__ = [
    "BufferEvent",
    "BufferFormula",
    "BufferMode",
    "BufferReason",
    "BufferState",
    "BufferTerms",
    "DynamicBuffer",
    "NeedHistory",
    "reserve_kwh",
    "target_soc",
    "wide_spread_per_kwh",
]
