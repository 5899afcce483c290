"""Messages of a charger that wait for their turn."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A call to the central system.

    ``build`` makes the payload when the message is sent; ``answered`` gets the
    answer, None for a CallError. Kept messages outlive a lost connection.
    """

    build: Callable[[], Any]
    answered: Callable[[Any], None] | None = None
    keep: bool = False


class Outbox:
    """Messages in the order in which they are to be sent."""

    def __init__(self) -> None:
        """Begin empty and offline."""
        self.online = False
        self._messages: deque[Message] = deque()
        self._changed = asyncio.Event()
        self._ended = False

    def put(self, message: Message) -> None:
        """Add a message; offline only those that are kept."""
        if self.online or message.keep:
            self._messages.append(message)
            self._changed.set()

    def end(self) -> None:
        """Let the connection end once everything is sent."""
        self._ended = True
        self._changed.set()

    def disconnected(self) -> None:
        """Go offline and forget what is not kept."""
        self.online = self._ended = False
        self._messages = deque(message for message in self._messages if message.keep)

    async def first(self) -> Message | None:
        """Wait for the message that is next, which stays until ``done``; None ends."""
        while not self._messages and not self._ended:
            self._changed.clear()
            await self._changed.wait()
        return self._messages[0] if self._messages else None

    def done(self, message: Message) -> None:
        """Take out a message that was answered."""
        if self._messages and self._messages[0] is message:
            self._messages.popleft()
