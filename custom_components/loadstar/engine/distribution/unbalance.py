"""The difference between phases that one- and two-phase chargers make."""

from .limits import EPSILON
from .phases import ALL_PHASES, MEMBERS


class Unbalance:
    """What one- and two-phase chargers may draw on each phase, at most and at least.

    A car that sleeps may draw its minimum or nothing; both must be allowed.
    """

    def __init__(self, limit: float) -> None:
        """Start with nothing drawn."""
        self.limit = limit
        self.most = [0.0, 0.0, 0.0]
        self.least = [0.0, 0.0, 0.0]
        # how many chargers rise on each phase together; None: the one that asks rises alone
        self.rising: list[int] | None = None

    def tightest(self, load: int) -> tuple[float, int] | None:
        """Return how far ``load`` may rise, and the phase (an index) that is highest then.

        None where nothing bounds it: three phases rise alike.
        """
        bounds = [
            (self.limit - self.most[high] + self.least[low], high)
            for high in MEMBERS[load]
            for low in MEMBERS[ALL_PHASES & ~load]
            if self.rising is None or self.rising[high] > self.rising[low]
        ]
        return min(bounds) if bounds else None

    def take(self, load: int, current: float, *, asleep: bool) -> None:
        """Note that ``load`` draws ``current`` A more on each of its phases."""
        if load == ALL_PHASES:
            return
        for phase in MEMBERS[load]:
            self.most[phase] += current
            if not asleep:
                self.least[phase] += current

    @property
    def allowed(self) -> bool:
        """Whether no difference between two phases is over the limit."""
        worst = max(
            self.most[high] - self.least[low]
            for high in range(3)
            for low in range(3)
            if high != low
        )
        return worst <= self.limit + EPSILON
