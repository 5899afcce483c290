"""What takes effect only after a while."""

from collections import deque


class Delay[T]:
    """A value that follows its commands ``delay_s`` later."""

    def __init__(self, value: T, delay_s: float) -> None:
        """Start with ``value`` in force."""
        self._value = value
        self._delay_s = delay_s
        self._commanded = value
        self._pending: deque[tuple[float, T]] = deque()
        self._now = 0.0

    @property
    def value(self) -> T:
        """The value in force."""
        return self._value

    def command(self, value: T) -> None:
        """Ask for another value; repeating the last command changes nothing."""
        if value != self._commanded:
            self._commanded = value
            self._pending.append((self._now + self._delay_s, value))
            self._take_effect()

    def step(self, dt_s: float) -> None:
        """Advance by ``dt_s`` seconds."""
        self._now += dt_s
        self._take_effect()

    def _take_effect(self) -> None:
        while self._pending and self._pending[0][0] <= self._now:
            self._value = self._pending.popleft()[1]
