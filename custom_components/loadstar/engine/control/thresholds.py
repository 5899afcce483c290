"""SoC thresholds that do not flicker."""

_BEYOND_PERCENT = 0.01
_FULL_PERCENT = 100.0


class SocThreshold:
    """A threshold that counts as passed some percent above it and as left below it."""

    def __init__(self) -> None:
        """Begin undecided."""
        self._above: bool | None = None

    def effective(self, soc: float, threshold: float, hysteresis: float) -> float:
        """Return the threshold in percent that makes a plain comparison with ``soc`` right."""
        if soc >= min(threshold + hysteresis, _FULL_PERCENT):
            self._above = True
        elif soc < threshold or self._above is None:
            self._above = soc >= threshold
        return threshold if self._above else max(threshold, soc + _BEYOND_PERCENT)
