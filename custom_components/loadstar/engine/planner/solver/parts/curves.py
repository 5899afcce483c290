"""Largest powers that depend on how full a store is."""

from itertools import pairwise

import numpy as np

from ..model import IntArray
from ..site import Site
from ..types import FloatArray

type Curve = tuple[tuple[float, float], ...]


def segments(curve: Curve) -> list[tuple[float, float]]:
    """Return (kW at content 0, kW per kWh) of the lines whose lowest is the curve's hull.

    A curve that bends upward somewhere is replaced there by the straight line above.
    """
    points = sorted(curve)
    hull: list[tuple[float, float]] = []
    for point in points:
        while len(hull) > 1 and _slope(hull[-2], hull[-1]) <= _slope(hull[-2], point):
            hull.pop()
        if hull and hull[-1][0] == point[0]:
            hull[-1] = (point[0], min(hull[-1][1], point[1]))
        else:
            hull.append(point)
    lines = [
        (power - _slope((at, power), to) * at, _slope((at, power), to))
        for (at, power), to in pairwise(hull)
    ]
    return lines or [(hull[0][1], 0.0)]


def _slope(start: tuple[float, float], end: tuple[float, float]) -> float:
    return (end[1] - start[1]) / (end[0] - start[0]) if end[0] > start[0] else -np.inf


def hold_below(
    site: Site,
    curve: Curve,
    energy: list[IntArray],
    content: IntArray,
    slots: IntArray,
    most_kw: float,
) -> None:
    """Keep kWh per slot under the curve's power at the content when the slot begins."""
    hours: FloatArray = site.problem.hours[slots]
    for base, slope in segments(curve):
        if slope == 0.0 and base >= most_kw:
            continue
        terms = [(columns, 1.0) for columns in energy]
        site.model.rows(slots.size, *terms, (content, -slope * hours), up=base * hours)
