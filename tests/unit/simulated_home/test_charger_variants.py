"""A variant differs from the obedient charger in what its row says, and in nothing else."""

import asyncio
from collections.abc import AsyncIterator, Mapping
import contextlib
from typing import Any

from loadstar_engine.simulation import EvseConfig
import pytest

from simulated_home.charger import (
    VARIANTS,
    Charger,
    ChargerConfig,
    Clock,
    Kind,
    MeterConfig,
    Period,
    Profile,
    ProfileError,
    Purpose,
    RateUnit,
    StationConfig,
)
from simulated_home.charger.disobedient_stores import FlashStore
from simulated_home.charger.transaction import Transaction
from simulated_home.charger.transaction_ids import OwnIds
from simulated_home.charger.variants import variants_help

from .conftest import Central
from .observation import FALLBACK_A, RATED_A, Facts, ManualTime, Observation

OBEDIENT: Mapping[str, Any] = {
    "boots": 1,
    "triggered": True,
    "answers": True,
    "clock_off_s": 0,
    "max_periods": "6",
    "max_level": "9",
    "max_profiles": "10",
    "units": "Current,Power",
    "starts": 1,
    "phases": ["L1-N", "L2-N", "L3-N"],
    "value_age_s": 0,
    "metered_id": {"given"},
    "stopped_id": "given",
    "takes_fallback": True,
    "takes_tx_at_0": True,
    "takes_tx_at_3": True,
    "takes_tx_at_4": True,
    "takes_watts": True,
    "takes_two_periods": True,
    "charges_at_fallback": FALLBACK_A,
    "charges_at_10": 10.0,
    "charges_at_0": 0.0,
    "after_second_period": FALLBACK_A,
    "after_duration": FALLBACK_A,
    "after_valid_to": FALLBACK_A,
    "when_disconnected": FALLBACK_A,
    "takes_40_an_hour": True,
    "garbage": False,
}

# what each variant does instead; where nothing is taken, it charges at its rating
UNLIMITED = {
    "charges_at_fallback": RATED_A,
    "charges_at_10": RATED_A,
    "charges_at_0": RATED_A,
    "after_second_period": RATED_A,
    "after_duration": RATED_A,
    "after_valid_to": RATED_A,
    "when_disconnected": RATED_A,
}
NO_SET_POINT = {
    "takes_tx_at_0": False,
    "takes_two_periods": False,
    "charges_at_10": FALLBACK_A,
    "charges_at_0": FALLBACK_A,
}
NO_TX = {**NO_SET_POINT, "takes_tx_at_3": False, "takes_tx_at_4": False, "takes_watts": False}
NO_PROFILE = {
    **NO_TX,
    **UNLIMITED,
    "takes_fallback": False,
    "takes_40_an_hour": False,
}
WATTS = {
    **NO_PROFILE,
    "takes_watts": True,
}
DIFFERENCES: Mapping[str, Facts] = {
    "obedient": {},
    "ignores_valid_to": {"after_valid_to": 10.0},
    "ignores_duration": {"after_duration": 10.0},
    "ignores_both": {
        "after_valid_to": 10.0,
        "after_duration": 10.0,
        "after_second_period": 10.0,
    },
    "ignores_limits": UNLIMITED,
    "ignores_zero": {"charges_at_0": 6.0},
    "uncapped_when_disconnected": {"when_disconnected": RATED_A},
    "clock_ahead": {"clock_off_s": 600},
    "clock_behind": {"clock_off_s": -600},
    "watts_only": {**WATTS, "units": "Power"},
    "watts_unsaid": {**WATTS, "units": None},
    "rejects_stack_levels": {
        **NO_SET_POINT,
        "takes_tx_at_4": False,
        "takes_watts": False,
        "max_level": "3",
    },
    "one_profile": {**NO_TX, "max_profiles": "1"},
    "newest_profile": {
        "max_profiles": "1",
        "after_duration": RATED_A,
        "after_valid_to": RATED_A,
    },
    "one_period": {
        "max_periods": "1",
        "takes_two_periods": False,
    },
    "refuses_tx_profile": NO_TX,
    "refuses_all": NO_PROFILE,
    "flash_writer": {"takes_40_an_hour": False},
    "late_values": {"value_age_s": 10},
    "bare_phases": {"phases": ["L1", "L2", "L3"]},
    "no_boot": {"boots": 0, "triggered": False},
    "restarting_ids": {"starts": 2, "metered_id": {0, None}, "stopped_id": 1},
    "never_acknowledges": {
        **NO_PROFILE,
        "answers": False,
        "triggered": False,
        "max_periods": None,
        "max_level": None,
        "max_profiles": None,
        "units": None,
        "phases": [None],
    },
    "sends_garbage": {"garbage": True},
}


@contextlib.asynccontextmanager
async def living(central: Central, variant: str) -> AsyncIterator[tuple[Charger, ManualTime]]:
    """Let a charger live for which time passes only when told."""
    seconds = ManualTime()
    charger = Charger(
        ChargerConfig(
            url=central.url,
            password="sixteen-bytes-ok",
            station=StationConfig(station_id="garage", meter=MeterConfig(noise_a=0.0)),
            evse=EvseConfig(evse_id="garage", reaction_s=0.0),
            tick_s=0.005,
            variant=variant,
        ),
        Clock(seconds),
    )
    task = asyncio.create_task(charger.run())
    try:
        yield charger, seconds
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@pytest.mark.parametrize("variant", VARIANTS)
async def test_a_variant_differs_in_what_its_row_says(central: Central, variant: str) -> None:
    # no answer is worth waiting for where none ever comes
    patience_s = 0.02 if variant == "never_acknowledges" else 5.0
    async with living(central, variant) as (charger, seconds):
        facts = await Observation(central, charger, seconds, patience_s).facts()
    expected = {**OBEDIENT, **DIFFERENCES[variant]}
    different = {
        name: (facts[name], expected[name]) for name in facts if facts[name] != expected[name]
    }
    assert different == {}
    assert facts.keys() == expected.keys()


def test_every_variant_but_the_obedient_differs() -> None:
    assert DIFFERENCES.keys() == VARIANTS.keys()
    assert [name for name, row in DIFFERENCES.items() if row.items() <= OBEDIENT.items()] == [
        "obedient"
    ]


def test_the_help_tells_each_variant_and_what_it_does() -> None:
    lines = variants_help().splitlines()[1:]
    assert [line.split()[0] for line in lines] == list(VARIANTS)
    assert all(
        line.endswith(variant.summary)
        for line, variant in zip(lines, VARIANTS.values(), strict=True)
    )


def test_ids_of_its_own_begin_anew_after_a_restart() -> None:
    ids = OwnIds()
    told = []
    for restarts in (False, False, True):
        if restarts:
            ids.restart()
        transaction = Transaction(id_tag="FREE", start=0.0, meter_start_wh=0, transaction_id=41)
        ids.begin(transaction)
        told.append(ids.in_stop(transaction))
    assert told == [1, 2, 1]


def test_a_flash_writer_counts_its_writes_and_has_new_ones_an_hour_later() -> None:
    seconds = ManualTime()
    store = FlashStore(230.0, Clock(seconds))
    profile = Profile(
        profile_id=1,
        connector_id=1,
        stack_level=0,
        purpose=Purpose.TX_DEFAULT,
        kind=Kind.RELATIVE,
        unit=RateUnit.AMPERES,
        periods=(Period(start_s=0.0, limit=6.0),),
    )
    for _ in range(FlashStore.WRITES_PER_HOUR):
        store.install(profile, None)
    seconds.now += 3599
    with pytest.raises(ProfileError):
        store.install(profile, None)
    assert store.writes == FlashStore.WRITES_PER_HOUR
    seconds.now += 1
    store.install(profile, None)
    assert store.writes == FlashStore.WRITES_PER_HOUR + 1


async def test_the_writes_are_shown_with_the_state(central: Central) -> None:
    async with living(central, "flash_writer") as (charger, _):
        assert charger.state()["profile_writes"] == 0
