"""How long the central system waits for what."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Durations in seconds; the defaults are for real chargers."""

    tick_s: float = 1.0  # how often renewals and expiries are looked at
    open_timeout_s: float = 10.0
    close_timeout_s: float = 2.0
    ping_interval_s: float = 20.0
    ping_misses: int = 2
    takeover_ping_s: float = 5.0  # what an old connection has to prove that it lives
    call_timeout_s: float = 15.0
    boot_wait_s: float = 10.0
    setpoint_life_s: int = 120
    second_try_s: float = 2.0  # after the first refusal of a set-point
    retry_s: float = 10.0  # after a set-point or fallback that was not answered
