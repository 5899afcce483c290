"""The weighted absolute percentage error: what was said against what came."""

import numpy as np

from .types import FloatArray


def wape(measured: FloatArray, said: FloatArray) -> float | None:
    """Return the sum of errors as a share of the energy, both (N,); None without energy."""
    energy = float(measured.sum())
    return float(np.abs(measured - said).sum()) / energy if energy > 0 else None
