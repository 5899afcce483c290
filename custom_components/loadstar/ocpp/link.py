"""OCPP-J calls and answers over one charger's connection."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
import logging
import time
from typing import Any
from uuid import uuid4

from ocpp.charge_point import remove_nones, serialize_as_dict, snake_to_camel_case
from ocpp.exceptions import OCPPError
from ocpp.messages import Call, CallError, CallResult
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.protocol import State

from .context import Context
from .errors import CallRefusedError, CallTimeoutError, NotConnectedError
from .flood import FloodGuard
from .frames import Garbage, Payload, call_error, parse_frame
from .keepalive import is_alive, keep_alive
from .text import clean_text

_LOGGER = logging.getLogger(__name__)

# what a charger can get wrong before a message is complete
_FAULTS = (
    CloseCode.PROTOCOL_ERROR,
    CloseCode.INVALID_DATA,
    CloseCode.MESSAGE_TOO_BIG,
    CloseCode.POLICY_VIOLATION,
)

# a charger never repeats what was answered: by then it has to outlive a crash
_LASTING = frozenset({"StartTransaction", "StopTransaction"})

type Answer = Callable[[str, Payload], Any]
"""Answers a charger's call by one of the library's ``call_result`` classes."""


@dataclass(slots=True)
class LinkCounts:
    """What went over a station's links so far."""

    frames_received: int = 0
    frames_refused: int = 0
    calls_failed: int = 0


class Link:
    """One connection: reads for as long as it lives, one call under way at a time.

    The library's own ``ChargePoint`` reads schemas from disk in the event loop,
    leaves unparsable frames unanswered and logs tracebacks for what a charger
    got wrong; its message and payload classes are used here without it.
    """

    def __init__(
        self,
        connection: ServerConnection,
        station_id: str,
        answer: Answer,
        *,
        context: Context,
        counts: LinkCounts,
    ) -> None:
        """Answer the charger's calls with ``answer``, which must not wait."""
        self._connection = connection
        self._station_id = station_id
        self._answer = answer
        self._timing = context.timing
        self._seldom = context.seldom
        self._storage = context.storage
        self._counts = counts
        self._pending: dict[str, asyncio.Future[CallResult | CallError]] = {}
        self._turn = asyncio.Lock()
        self._flood = FloodGuard(time.monotonic)
        self._heard = False
        self._closed = False

    async def run(self) -> None:
        """Read until the connection ends."""
        watch = asyncio.create_task(self._watch())
        try:
            async for raw in self._connection:
                self._heard = True
                self._counts.frames_received += 1
                if not self._flood.allows():
                    _LOGGER.log(
                        self._seldom.level(self._station_id, "flood"),
                        "%s sends more messages than any charger needs; closed its connection",
                        self._station_id,
                    )
                    await self.close(CloseCode.POLICY_VIOLATION, "too many messages")
                    return
                await self._receive(raw)
        except ConnectionClosed as closed:
            self._note_end(closed)
        finally:
            self._closed = True
            watch.cancel()
            for future in self._pending.values():
                future.cancel()

    async def call(self, build: Callable[[], Any]) -> Payload:
        """Send what ``build`` returns when its turn comes, and return the answer.

        ``build`` makes one of the library's ``call`` objects; it is called late so
        that what waits for its turn is never out of date. Raises CallFailedError.
        """
        async with self._turn:
            request = build()
            action = type(request).__name__
            try:
                response = await self._exchange(action, _payload(request))
            except NotConnectedError, CallTimeoutError:
                self._counts.calls_failed += 1
                raise
            if isinstance(response, CallError):
                self._counts.calls_failed += 1
                raise CallRefusedError(action, str(response.error_code))
            payload: Payload = response.payload
            return payload

    async def alive(self, timeout_s: float) -> bool:
        """Return whether the charger answers a ping."""
        return await is_alive(self._connection, timeout_s)

    async def close(self, code: CloseCode, reason: str) -> None:
        """Close the connection as the protocol says."""
        await self._connection.close(code, reason)

    def abort(self) -> None:
        """Cut the connection."""
        self._connection.transport.abort()

    async def _exchange(self, action: str, payload: Payload) -> CallResult | CallError:
        if self._closed:
            raise NotConnectedError(action)
        unique_id = str(uuid4())
        future = asyncio.get_running_loop().create_future()
        self._pending[unique_id] = future
        try:
            async with asyncio.timeout(self._timing.call_timeout_s):
                await self._connection.send(Call(unique_id, action, payload).to_json())
                await asyncio.wait([future])
        except TimeoutError:
            raise CallTimeoutError(action, self._timing.call_timeout_s) from None
        except ConnectionClosed:
            raise NotConnectedError(action) from None
        finally:
            del self._pending[unique_id]
        if future.cancelled():
            raise NotConnectedError(action)
        response: CallResult | CallError = future.result()
        return response

    async def _receive(self, raw: str | bytes) -> None:
        message = parse_frame(raw)
        if isinstance(message, Call):
            answer = self._respond(message)
            if message.action in _LASTING:
                await self._flush()
            await self._connection.send(answer.to_json())
        elif isinstance(message, Garbage):
            self._counts.frames_refused += 1
            if message.answer is not None:
                await self._connection.send(message.answer.to_json())
        else:
            self._settle(message)

    async def _flush(self) -> None:
        """Wait until what was kept would outlive a crash, but not for ever on a slow disk."""
        writing = asyncio.create_task(self._storage.flush())
        await asyncio.wait([writing], timeout=self._timing.flush_patience_s)

    def _respond(self, message: Call) -> CallResult | CallError:
        try:
            answer = self._answer(message.action, message.payload)
        except OCPPError as error:
            self._counts.frames_refused += 1
            return call_error(message.unique_id, error)
        return CallResult(message.unique_id, _payload(answer))

    def _settle(self, message: CallResult | CallError) -> None:
        future = self._pending.get(message.unique_id)
        if future is None or future.done():
            self._counts.frames_refused += 1  # an answer too late, or to nothing
        else:
            future.set_result(message)

    def _note_end(self, closed: ConnectionClosed) -> None:
        sent = closed.sent
        is_fault = sent is not None and not closed.rcvd_then_sent and sent.code in _FAULTS
        _LOGGER.log(
            self._seldom.level(self._station_id, "end") if is_fault else logging.DEBUG,
            "%s: the connection ended: %s",
            self._station_id,
            clean_text(str(closed), limit=200),
        )

    async def _watch(self) -> None:
        timing = self._timing
        await keep_alive(
            self._connection, timing.ping_interval_s, timing.ping_misses, self._heard_since
        )
        if self._connection.state is not State.OPEN:
            return
        _LOGGER.info("%s does not answer pings any more; closed its connection", self._station_id)
        self.abort()

    def _heard_since(self) -> bool:
        heard, self._heard = self._heard, False
        return heard


def _payload(message: Any) -> Payload:
    payload: Payload = remove_nones(snake_to_camel_case(serialize_as_dict(message)))
    return payload
