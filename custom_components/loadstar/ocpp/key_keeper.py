"""Handing a charger the key that was made for it, and asking for it from then on."""

from hashlib import sha256
import logging
from typing import TYPE_CHECKING

from .charge_point import ChargePoint, KeyAnswer
from .errors import CallFailedError, CallRefusedError
from .types import KeyState, Security

if TYPE_CHECKING:
    from .station import Station

_LOGGER = logging.getLogger(__name__)

_OPEN = (KeyState.WAITING, KeyState.REFUSED)


class KeyKeeper:
    """How far a station is with its key; remembered over restarts, without the key."""

    def __init__(self, station: Station) -> None:
        """Restore what is known of the key that ``station`` is configured with."""
        self._station = station
        self._patience_ends = 0.0
        self._due = False
        self._proved = False  # whether the connection that is served came with the key
        self.state = KeyState.NONE
        self.configure()

    @property
    def is_optional(self) -> bool:
        """Whether the station is let in without its key, as it cannot know it yet."""
        return self.state in _OPEN

    @property
    def is_due(self) -> bool:
        """Whether now is the time to hand the key over: connected, set up, and idle."""
        return self._due and self.is_optional and not self._is_charging

    def configure(self) -> None:
        """Take over the station's configuration."""
        config = self._station.config
        if not (config.hand_over_key and config.password) or config.security is Security.NONE:
            self.state = KeyState.NONE
            return
        known = self._station.memory.key
        same = known.get("digest") == _digest(config.password)
        state = known.get("state", "")
        self._enter(KeyState(state) if same and state in KeyState else KeyState.WAITING)

    def came(self, *, proved: bool) -> None:
        """Note that the station was let in, with its key or without."""
        if proved and self.state not in (KeyState.NONE, KeyState.PROVED):
            _LOGGER.info("%s uses its key now; nobody is let in without it", self._name)
            self._enter(KeyState.PROVED)

    def outranks(self, *, proved: bool) -> bool:
        """Return whether a new connection needs not ask if the one that is served lives."""
        return proved and not self._proved

    def serve(self, *, proved: bool) -> None:
        """Note how the connection came that is served from now on."""
        self._proved = proved

    def arm(self) -> None:
        """Hand the key over once: the charger has booted and is under control."""
        self._due = True

    def disarm(self) -> None:
        """Wait for the next connection."""
        self._due = False

    def tick(self) -> None:
        """Say so when a charger that took the key does not come back with it."""
        if self.state is not KeyState.HANDED_OVER:
            return
        if self._station.context.clock() >= self._patience_ends:
            _LOGGER.warning(
                "%s took the key that was handed over, and has not come back with it;"
                " restart the charger, or enter the key there by hand",
                self._name,
            )
            self._enter(KeyState.NOT_USED)

    async def hand_over(self, charge_point: ChargePoint) -> bool:
        """Give the charger its key; return whether it should come back with it now."""
        key = self._station.config.password or ""
        try:
            answer = await charge_point.set_key(key)
            if answer is KeyAnswer.RESTART and not await charge_point.restart():
                _LOGGER.log(
                    self._station.context.seldom.level(self._name, "key"),
                    "%s uses its new key once it has been restarted, which it refuses to do"
                    " from here; restart it by hand",
                    self._name,
                )
                return False
        except CallRefusedError:
            answer = KeyAnswer.REFUSED
        except CallFailedError as error:
            _LOGGER.debug("%s: %s; its key has to wait", self._name, error)
            return False
        if key != self._station.config.password or not self.is_optional:
            return False  # it was changed meanwhile, or another has come with it
        if answer is KeyAnswer.REFUSED:
            self._refused()
            return False
        _LOGGER.info("%s took the key that was handed over", self._name)
        self._enter(KeyState.HANDED_OVER)
        return answer is KeyAnswer.TAKEN

    def _refused(self) -> None:
        if self.state is not KeyState.REFUSED:
            _LOGGER.warning(
                "%s takes no key over OCPP; it is let in without, until the key has been"
                " entered in the charger by hand",
                self._name,
            )
        self._enter(KeyState.REFUSED)

    def _enter(self, state: KeyState) -> None:
        is_new = state is not self.state
        self.state = state
        context = self._station.context
        if state is KeyState.HANDED_OVER:
            self._patience_ends = context.clock() + context.timing.key_patience_s
        digest = _digest(self._station.config.password or "")
        self._station.memory.keep_key({"digest": digest, "state": state})
        if is_new:
            self._station.announce()

    @property
    def _is_charging(self) -> bool:
        connectors = self._station.connectors.values()
        return any(connector.state.transaction_id is not None for connector in connectors)

    @property
    def _name(self) -> str:
        return self._station.station_id


def _digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()
