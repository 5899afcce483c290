"""What can go wrong between Loadstar and a charger."""

from typing import override


class PortInUseError(OSError):
    """Another program listens on the port that chargers should dial in to."""


class CallFailedError(Exception):
    """A message to a charger had no useful answer."""

    def __init__(self, action: str) -> None:
        """Keep which message it was."""
        super().__init__(action)
        self.action = action


class NotConnectedError(CallFailedError):
    """The charger is not connected, or left before it answered."""

    @override
    def __str__(self) -> str:
        return f"connection lost before {self.action} was answered"


class OvertakenError(CallFailedError):
    """What should have been sent was no longer true when its turn came."""

    @override
    def __str__(self) -> str:
        return f"{self.action} was overtaken before it was sent"


class CallTimeoutError(CallFailedError):
    """The charger did not answer in time."""

    def __init__(self, action: str, timeout_s: float) -> None:
        """Keep how long it was waited for."""
        super().__init__(action)
        self.timeout_s = timeout_s

    @override
    def __str__(self) -> str:
        return f"no answer to {self.action} within {self.timeout_s:g} s"


class CallRefusedError(CallFailedError):
    """The charger answered with an error."""

    def __init__(self, action: str, code: str) -> None:
        """Keep the charger's error code."""
        super().__init__(action)
        self.code = code

    @override
    def __str__(self) -> str:
        return f"{self.action} refused with {self.code}"
