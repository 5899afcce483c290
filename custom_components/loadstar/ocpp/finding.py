"""What came of a proof of the fallback, as it is remembered."""

from dataclasses import dataclass
from typing import Self

from .types import FallbackProof


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome, and which fallback it is of."""

    state: FallbackProof
    fallback: float
    method: str

    @classmethod
    def parse(cls, text: str | None) -> Self | None:
        """Read what ``dump`` wrote; None where it cannot be read."""
        try:
            state, fallback, method = (text or "").split("/", 2)
            return cls(FallbackProof(state), float(fallback), method)
        except ValueError:
            return None

    def dump(self) -> str:
        """Write it down."""
        return f"{self.state}/{self.fallback:g}/{self.method}"

    def is_of(self, fallback: float, method: str | None) -> bool:
        """Return whether it still counts; before the first set-point its method is not known."""
        return self.fallback == fallback and method in (None, self.method)
