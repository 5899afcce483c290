"""How long the central system waits for what."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Durations in seconds; the defaults are for real chargers."""

    flush_patience_s: float = 5.0  # for a disk, before a transaction is answered all the same
    tick_s: float = 1.0  # how often renewals and expiries are looked at
    open_timeout_s: float = 10.0
    close_timeout_s: float = 2.0
    # before the first, second, … refusal of an address or id; below the open timeout
    refusal_delays_s: tuple[float, ...] = (0.0, 0.0, 1.0, 2.0, 4.0, 8.0)
    certificate_check_s: float = 300.0
    key_reconnect_s: float = 5.0  # for a charger that comes back with a new key by itself
    key_patience_s: float = 300.0  # for it to come back with the key at all
    ping_interval_s: float = 20.0
    ping_misses: int = 2
    takeover_ping_s: float = 5.0  # what an old connection has to prove that it lives
    call_timeout_s: float = 15.0
    boot_wait_s: float = 10.0
    setpoint_life_s: int = 120
    second_try_s: float = 2.0  # after a refusal of a set-point
    ladder_retry_s: float = 600.0  # after every form of a set-point or fallback was refused
    retry_s: float = 10.0  # after a set-point or fallback that was not answered
