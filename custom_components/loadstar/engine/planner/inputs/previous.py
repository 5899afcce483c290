"""The last plan, put onto the slots of a new one."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np

from ..solver.types import KeplerPrevious
from .slots import SLOT
from .types import PreviousPlan, SlotData


def align_previous(
    previous: PreviousPlan | None, slots: Sequence[SlotData]
) -> KeplerPrevious | None:
    """Return the last plan's kWh per slot by device, NaN where it had none; None without one.

    Of a slot that has begun since, its part that is left.
    """
    if previous is None:
        return None
    powers_kw = _powers_kw(previous)
    devices = sorted({device for powers in powers_kw.values() for device in powers})
    return KeplerPrevious(
        energy_kwh={
            device: np.array(
                [
                    powers_kw.get(_quarter(slot.start), {}).get(device, np.nan) * slot.hours
                    for slot in slots
                ]
            )
            for device in devices
        }
    )


def _powers_kw(previous: PreviousPlan) -> Mapping[datetime, Mapping[str, float]]:
    """Return mean kW by quarter hour and device."""
    return {
        _quarter(start): {
            device: kwh / ((_quarter(start) + SLOT - start) / timedelta(hours=1))
            for device, kwh in energies.items()
        }
        for start, energies in previous.energy_kwh.items()
    }


def _quarter(instant: datetime) -> datetime:
    return instant.replace(minute=instant.minute // 15 * 15, second=0, microsecond=0)
