"""Largest powers that depend on how full a store is."""

from itertools import pairwise

import numpy as np

from ..model import IntArray
from ..site import Site

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


def power_at(curve: Curve, content_kwh: float) -> float:
    """Return the kW at a content, no less than 0."""
    at, power = np.array(sorted(curve)).T
    return max(float(np.interp(content_kwh, at, power)), 0.0)


def hold_below(
    site: Site, curve: Curve, energy: list[IntArray], content: IntArray, slots: IntArray
) -> None:
    """Keep kWh per slot under the curve's power at the content when the slot begins."""
    hours = site.problem.hours[slots]
    for base, slope in segments(curve):
        terms = [(columns, 1.0) for columns in energy]
        site.model.rows(slots.size, *terms, (content, -slope * hours), up=base * hours)
