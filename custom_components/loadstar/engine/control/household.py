"""What the household draws: the grid plus what the inverter gives, less the chargers."""

from ..models import PhaseTriple, SiteContext
from .triples import add, on_phases, over_phases, scale, subtract


class Household:
    """The household's draw in A per phase.

    It stays where it is as long as what the chargers may be drawing explains the
    meter; only what that cannot explain is the household's own change.
    """

    def __init__(self) -> None:
        """Begin without a value."""
        self._value: PhaseTriple | None = None

    def take_over(self, drawn: PhaseTriple) -> None:
        """Count as the household's what a charger drew that is not heard any more."""
        if self._value is not None:
            self._value = add(self._value, drawn)

    def update(self, net: PhaseTriple, low: PhaseTriple, high: PhaseTriple) -> PhaseTriple:
        """Return the household's draw, floored at 0.

        ``net`` is household and chargers together in A per phase, ``low`` and
        ``high`` the least and the most that the chargers may be drawing of it.
        """
        most, least = subtract(net, low), subtract(net, high)
        before = most if self._value is None else self._value
        a, b, c = (
            max(0.0, min(max(old, under), over))
            for old, under, over in zip(before, least, most, strict=True)
        )
        self._value = (a, b, c)
        return self._value


def shared_out(drawn: float, low: float, high: float) -> tuple[float, float]:
    """Return the factors of low and of high - low that make up ``drawn`` A."""
    if drawn <= 0:
        return 0.0, 0.0
    if drawn < low:
        return drawn / low, 0.0
    span = high - low
    return 1.0, min(1.0, (drawn - low) / span) if span > 0 else 0.0


def inverter_output(
    site: SiteContext,
    pv_w: float,
    pv_phases: PhaseTriple | None,
    battery_w: float,
    unfed: PhaseTriple,
) -> PhaseTriple:
    """Return the A per site phase that PV and battery (charge positive) feed in.

    ``unfed`` is grid less chargers. An asymmetric inverter whose split is not
    measured is taken to feed no phase more than makes its household negative.
    """
    phases = "".join(p for p in site.inverter_phases if p in "ABC"[: site.num_phases])
    phases = phases or "A"
    each = 1.0 / site.voltage / len(phases)
    if pv_phases is not None:
        battery = on_phases(phases, battery_w * each)
        return subtract(scale(pv_phases, 1.0 / site.voltage), battery)
    output = on_phases(phases, (pv_w - battery_w) * each)
    if not site.inverter_supports_asymmetric:
        return output
    return subtract(_balanced(add(unfed, output), phases), unfed)


def _balanced(household: PhaseTriple, phases: str) -> PhaseTriple:
    """Move what is below 0 to the fed phases that are above, keeping the sum."""
    a, b, c = household
    missing = sum(max(0.0, -value) for value in household)
    above = (max(0.0, a), max(0.0, b), max(0.0, c))
    spare = over_phases(above, phases)
    if spare < missing:
        return household
    given = missing / spare if spare > 0 else 0.0
    return subtract(above, _masked(scale(above, given), phases))


def _masked(triple: PhaseTriple, phases: str) -> PhaseTriple:
    a, b, c = (
        value if phase in phases else 0.0 for phase, value in zip("ABC", triple, strict=True)
    )
    return (a, b, c)
