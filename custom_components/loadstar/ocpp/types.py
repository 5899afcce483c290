"""What the central system takes and shows; nothing here depends on OCPP's version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class Problem(StrEnum):
    """Why a charger is not held to a current."""

    SETPOINT_REJECTED = "setpoint_rejected"
    FALLBACK_REJECTED = "fallback_rejected"
    NO_ANSWER = "no_answer"
    LIMITS_IGNORED = "limits_ignored"  # nothing is measured, and its schedule says otherwise
    FALLBACK_FAILED = "fallback_failed"  # its set-point ran out and it did not fall back


class FallbackProof(StrEnum):
    """Whether a charger has been seen to find its fallback by itself."""

    UNPROVED = "unproved"
    RUNNING = "running"  # a renewal is being withheld
    PROVED = "proved"
    FAILED = "failed"


class KeyState(StrEnum):
    """How far a station is with the key that Loadstar hands over to it."""

    NONE = "none"  # nothing is to be handed over
    WAITING = "waiting"  # it is let in without the key, and will be given it
    HANDED_OVER = "handed_over"  # it took the key and has yet to come back with it
    NOT_USED = "not_used"  # it took the key and does not come back with it
    REFUSED = "refused"  # it takes no key: somebody has to type it in
    PROVED = "proved"  # it came with the key


class ProofObstacle(StrEnum):
    """Why a charger's fallback cannot be proved."""

    NO_ROOM = "no_room"  # its fallback is too near to its rated current
    NOT_MEASURED = "not_measured"  # it says no current and no power
    MEASURED_SELDOM = "measured_seldom"


class Security(StrEnum):
    """How a station proves who it is."""

    NONE = "none"  # security profile 0: anyone who knows the id
    BASIC = "basic"  # security profile 1: HTTP Basic
    TLS = "tls"  # security profile 2: TLS with the user's certificate, and HTTP Basic


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorConfig:
    """One connector as wired: what its profiles are made of."""

    connector_id: int = 1
    phases: int = 3
    voltage: float = 230.0
    rated_current: float = 16.0
    fallback_current: float = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StationConfig:
    """A station that may connect."""

    station_id: str
    security: Security = Security.BASIC
    password: str | None = field(default=None, repr=False)
    # let it in without its key until it has been given the key over that connection
    hand_over_key: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsConfig:
    """An encrypted port and the files that prove who answers there, in PEM."""

    port: int
    certificate: str  # with all that leads to its root
    private_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """A charger that knocked without being set up."""

    station_id: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorState:
    """All that is known of a connector now; replaced whole at each change."""

    connected: bool = False
    status: str = "Unknown"  # OCPP 1.6 ChargePointStatus
    error_code: str | None = None
    currents: tuple[float | None, float | None, float | None] = (None, None, None)  # A, L1-L3
    power_w: float | None = None
    energy_kwh: float | None = None  # meter register
    session_energy_kwh: float | None = None
    soc_percent: float | None = None
    measured_at: float | None = None  # monotonic s at arrival
    transaction_id: int | None = None
    transaction_started: datetime | None = None
    id_tag: str | None = None
    accepted_current: float | None = None  # A of the set-point in force
    expires_at: float | None = None  # monotonic s when the set-point runs out
    fallback_installed: bool = False
    problem: Problem | None = None  # None: controlled
    proof: FallbackProof = FallbackProof.UNPROVED
    proof_obstacle: ProofObstacle | None = None  # why it stays unproved
    method: str | None = None  # the rung of the ladder that set-points are sent by
    clock_offset_s: float | None = None  # charger less ours
    vendor: str | None = None
    model: str | None = None
    firmware: str | None = None
    serial: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StationInfo:
    """A station as diagnostics show it; no secrets."""

    station_id: str
    connected: bool
    connected_since: datetime | None
    ocpp_version: str | None
    handshake_failures: int
    connections: int
    frames_received: int
    frames_refused: int  # garbage, and messages answered by an error
    calls_failed: int  # ours, that were refused or not answered
    clock_offset_s: float | None  # charger less ours
    configuration: Mapping[str, str]  # what the charger said that it can do
    encrypted: bool = False  # the connection
    key_state: KeyState = KeyState.NONE
    quirks: Mapping[str, str] = field(default_factory=dict)  # what is done otherwise for it


class Storage(Protocol):
    """Where transactions are kept over a restart; the caller writes it out."""

    def load(self, station_id: str) -> dict[str, Any]:
        """Return what was saved for a station, or an empty dict."""

    def save(self, station_id: str, data: dict[str, Any]) -> None:
        """Keep a station's JSON-compatible data."""

    async def flush(self) -> None:
        """Return once all that was saved would outlive a crash."""


class Connector(Protocol):
    """A connector that can be commanded."""

    @property
    def state(self) -> ConnectorState:
        """All that is known of the connector now."""

    async def async_set_current(self, current: float) -> bool:
        """Hold the running transaction to ``current`` A per phase (0 pauses).

        Return whether the charger took it; renewal goes on by itself until the
        next call. Outside a transaction nothing is sent and False returned, as
        for a current that a newer call overtook before it was sent.
        """

    async def async_start(self, id_tag: str) -> bool:
        """Ask for a transaction; return whether the charger accepted."""

    async def async_stop(self) -> bool:
        """End the running transaction; return whether the charger accepted."""

    async def async_set_available(self, *, available: bool) -> bool:
        """Put the connector in or out of service; return whether the charger accepted."""

    async def async_disconnect(self, away_s: float) -> None:
        """Cut the station's connection and refuse it for ``away_s`` s: a test of its fallback."""

    def restart_proof(self) -> None:
        """Forget what is known of the fallback and prove it again."""
