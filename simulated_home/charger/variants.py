"""The chargers that are sold: obedient ones, and every other kind by name."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from loadstar_engine.simulation import Evse

from .clock import Clock
from .disobedient_stores import (
    HIGHEST_LEVEL,
    FlashStore,
    ForgetfulStore,
    NeverPausingStore,
    NewestOnlyStore,
    RefusingStore,
    SimplifyingStore,
    UnheededStore,
    is_at_odd_level,
    without_duration,
    without_end,
    without_valid_to,
)
from .faulty_sockets import BabblingSocket, DeafSocket
from .late_meter import LateMeter
from .metering import Meter, MeterConfig
from .profile import Profile, Purpose, RateUnit
from .profile_store import ProfileStore
from .transaction_ids import OwnIds
from .variant import OBEDIENT, Variant

_CLOCK_OFF_S = 600.0
_RATE_UNITS = "ChargingScheduleAllowedChargingRateUnit"

type Profiles = Callable[[float, Clock], ProfileStore]


def _kept(store: Callable[[float], ProfileStore]) -> Profiles:
    return lambda voltage, _clock: store(voltage)


def _simplified(simplify: Callable[[Profile], Profile]) -> Profiles:
    return _kept(partial(SimplifyingStore, simplify=simplify))


def _refused(refuses: Callable[[Profile], bool]) -> Profiles:
    return _kept(partial(RefusingStore, refuses=refuses))


def _is_in_amperes(profile: Profile) -> bool:
    return profile.unit is RateUnit.AMPERES


def _bare_meter(evse: Evse, config: MeterConfig) -> Meter:
    return Meter(evse, replace(config, phases=("L1", "L2", "L3")))


VARIANTS: Mapping[str, Variant] = {
    "obedient": OBEDIENT,
    "ignores_valid_to": Variant(
        summary="profiles do not end at their validTo",
        profiles=_simplified(without_valid_to),
    ),
    "ignores_duration": Variant(
        summary="profiles do not end after their duration",
        profiles=_simplified(without_duration),
    ),
    "ignores_both": Variant(
        summary="a profile is its first period, for ever",
        profiles=_simplified(without_end),
    ),
    "ignores_limits": Variant(
        summary="takes every profile and charges at its rating",
        profiles=_kept(UnheededStore),
    ),
    "ignores_zero": Variant(
        summary="cannot be paused: 6 A is the least",
        profiles=_kept(NeverPausingStore),
    ),
    "uncapped_when_disconnected": Variant(
        summary="forgets every profile with the connection",
        profiles=_kept(ForgetfulStore),
    ),
    "clock_ahead": Variant(
        summary="its clock is 10 min ahead",
        clock_offset_s=_CLOCK_OFF_S,
    ),
    "clock_behind": Variant(
        summary="its clock is 10 min behind",
        clock_offset_s=-_CLOCK_OFF_S,
    ),
    "watts_only": Variant(
        summary="takes profiles in W alone, and says so",
        settings={_RATE_UNITS: "Power"},
        profiles=_refused(_is_in_amperes),
    ),
    "watts_unsaid": Variant(
        summary="takes profiles in W alone, and does not say so",
        settings={_RATE_UNITS: None},
        profiles=_refused(_is_in_amperes),
    ),
    "rejects_stack_levels": Variant(
        summary=f"takes levels 1 to {HIGHEST_LEVEL} for transactions, not 0",
        settings={"ChargeProfileMaxStackLevel": str(HIGHEST_LEVEL)},
        profiles=_refused(is_at_odd_level),
    ),
    "one_profile": Variant(
        summary="has room for one profile and refuses a second",
        settings={"MaxChargingProfilesInstalled": "1"},
        profiles=_kept(partial(ProfileStore, max_installed=1)),
    ),
    "newest_profile": Variant(
        summary="has room for one profile and forgets the last for the next",
        settings={"MaxChargingProfilesInstalled": "1"},
        profiles=_kept(NewestOnlyStore),
    ),
    "one_period": Variant(
        summary="takes one period in a profile",
        settings={"ChargingScheduleMaxPeriods": "1"},
    ),
    "refuses_tx_profile": Variant(
        summary="takes no TxProfile",
        profiles=_refused(lambda profile: profile.purpose is Purpose.TX),
    ),
    "refuses_all": Variant(
        summary="takes no profile at all",
        profiles=_refused(lambda _: True),
    ),
    "flash_writer": Variant(
        summary=f"writes profiles to flash, {FlashStore.WRITES_PER_HOUR} an hour at most",
        profiles=FlashStore,
    ),
    "late_values": Variant(
        summary="its meter values are 10 s old, and say so",
        meter=LateMeter,
    ),
    "bare_phases": Variant(
        summary='its meter says "L1" instead of "L1-N"',
        meter=_bare_meter,
    ),
    "no_boot": Variant(
        summary="sends no BootNotification and nothing that is triggered",
        boots=False,
    ),
    "restarting_ids": Variant(
        summary="numbers its transactions itself, from 1 after each restart",
        transaction_ids=OwnIds,
    ),
    "never_acknowledges": Variant(
        summary="answers no call and obeys none",
        socket=DeafSocket,
    ),
    "sends_garbage": Variant(
        summary="sends a frame of garbage before each of its messages",
        socket=BabblingSocket,
    ),
}


def variants_help() -> str:
    """Return the variants as a command's help lists them."""
    width = max(map(len, VARIANTS))
    lines = (f"  {name:<{width}}  {variant.summary}" for name, variant in VARIANTS.items())
    return "\n".join(("variants:", *lines))
