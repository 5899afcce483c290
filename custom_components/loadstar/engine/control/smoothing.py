"""Exponential smoothing, so that clouds and appliances do not shake what follows the sun."""

import math

type Values = tuple[float, ...]


class Smoother:
    """Moving averages of named values, all over the same time."""

    def __init__(self) -> None:
        """Begin without a past."""
        self._means: dict[str, Values] = {}

    def smooth[V: Values](self, name: str, values: V, dt: float, over_s: float) -> Values:
        """Return the average of ``values`` after ``dt`` s; the first ones stand at once."""
        before = self._means.get(name)
        if before is None or len(before) != len(values) or over_s <= 0:
            mean: Values = values
        else:
            weight = 1.0 - math.exp(-dt / over_s)
            mean = tuple(
                old + weight * (new - old) for old, new in zip(before, values, strict=True)
            )
        self._means[name] = mean
        return mean

    def forget(self) -> None:
        """Begin anew, because what is measured has become another thing."""
        self._means.clear()
