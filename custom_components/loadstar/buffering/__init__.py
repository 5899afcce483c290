"""The dynamic buffer of a site: stepped every quarter of an hour, kept and shown."""

from .buffering import Buffering, BufferSources, has_buffer, in_force
from .history import async_need_history
from .inputs import BufferInputs, read_inputs
from .store import async_remove_buffer

__all__ = [
    "BufferInputs",
    "BufferSources",
    "Buffering",
    "async_need_history",
    "async_remove_buffer",
    "has_buffer",
    "in_force",
    "read_inputs",
]
