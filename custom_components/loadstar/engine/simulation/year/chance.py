"""Seeded chance: a stream per purpose, and processes that remember."""

from itertools import accumulate
import math
from zlib import crc32

import numpy as np

from .types import FloatArray


def stream(seed: int, purpose: str) -> np.random.Generator:
    """Return a generator of its own for a purpose, the same for the same seed."""
    return np.random.default_rng([seed, crc32(purpose.encode())])


def wander(rng: np.random.Generator, count: int, step: float, memory: float) -> FloatArray:
    """Return (count,) of an Ornstein-Uhlenbeck process of mean 0 and variance 1.

    ``step`` and ``memory`` (its time constant) are in the same unit of time.
    """
    keep = math.exp(-step / memory)
    noise = rng.standard_normal(count)
    noise[1:] *= math.sqrt(1 - keep**2)
    return np.array(list(accumulate(noise.tolist(), lambda last, new: keep * last + new)))
