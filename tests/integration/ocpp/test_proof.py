"""Chargers of every kind are seen to find their fallback by themselves, or not to."""

import asyncio
from collections.abc import AsyncIterator, Callable
import contextlib
from dataclasses import replace
import logging

from loadstar_engine.simulation import Car, CarConfig, EvseConfig
from ocpp.v16 import call
import pytest

from custom_components.loadstar.ocpp import ConnectorConfig, Problem
from custom_components.loadstar.ocpp.types import FallbackProof
from simulated_home.charger import (
    VARIANTS,
    Charger,
    ChargerConfig,
    Clock,
    MeterConfig,
    StationConfig,
)

from .conftest import (
    FAST,
    GARAGE,
    KEY,
    LibraryCharger,
    Site,
    booted,
    charger,
    eventually,
)

# a proof needs hundreds of seconds of the house's time and none of ours
MANY_AT_ONCE = replace(FAST, tick_s=3600.0)


@contextlib.asynccontextmanager
async def simulated(
    site: Site, variant: str = "obedient", car: CarConfig | None = None
) -> AsyncIterator[Charger]:
    """Run a charger with a car, on the site's clock."""
    living = Charger(
        ChargerConfig(
            url=f"ws://127.0.0.1:{site.central.port}/ocpp",
            password=KEY,
            station=StationConfig(station_id="garage", meter=MeterConfig(noise_a=0.05)),
            evse=EvseConfig(evse_id="garage"),
            tick_s=3600.0,
            variant=variant,
        ),
        Clock(lambda: site.now.utc().timestamp()),
    )
    living.plug(Car(car or CarConfig()))
    task = asyncio.create_task(living.run())
    try:
        yield living
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


class House:
    """Lets a site and its simulated charger live second by second."""

    def __init__(self, site: Site, living: Charger) -> None:
        self.site = site
        self.living = living

    async def live(self, seconds: int) -> None:
        """Let time pass."""
        for _ in range(seconds):
            self.site.now.seconds += 1
            self.living.advance()
            self.site.central.tick()
            await asyncio.sleep(0.0005)
            for _ in range(300):
                if not self._talks:
                    break
                await asyncio.sleep(0.001)

    @property
    def _talks(self) -> bool:
        """Whether anything is still to be answered, on a machine that is busy."""
        outbox = self.living.station.outbox
        return (outbox.online and bool(outbox._messages)) or (
            self.site.connector().setpoint._sending.locked()
        )

    async def until(self, condition: Callable[[], object], most_s: int = 900) -> None:
        """Live until something holds."""
        begun = self.site.now.seconds
        while not condition():
            assert self.site.now.seconds - begun < most_s, self.site.state
            await self.live(1)

    async def charge(self, current: float) -> None:
        """Wait until the car charges, and hold it to a current."""
        await self.until(lambda: self.site.transaction_id is not None)
        while self.site.state.accepted_current != current:
            assert self.site.now.seconds < 300, self.site.state
            await self.site.connector().async_set_current(current)
            await self.live(3)

    @property
    def limit(self) -> float:
        """What the charger's profiles allow now."""
        return self.living.station.limit_a(self.living.clock.now())


@pytest.mark.parametrize(
    ("variant", "settings", "outcome"),
    [
        ("obedient", {}, FallbackProof.PROVED),
        ("ignores_valid_to", {}, FallbackProof.PROVED),
        ("ignores_duration", {}, FallbackProof.PROVED),
        ("ignores_both", {}, FallbackProof.FAILED),
        ("ignores_limits", {}, FallbackProof.FAILED),
        # with one period each of the two ends has to do alone
        ("one_period", {}, FallbackProof.PROVED),
        ("ignores_valid_to", {"ChargingScheduleMaxPeriods": "1"}, FallbackProof.PROVED),
        ("ignores_duration", {"ChargingScheduleMaxPeriods": "1"}, FallbackProof.PROVED),
        ("ignores_both", {"ChargingScheduleMaxPeriods": "1"}, FallbackProof.FAILED),
        # what else is wrong with a charger does not matter to it
        ("clock_ahead", {}, FallbackProof.PROVED),
        ("clock_behind", {}, FallbackProof.PROVED),
        ("watts_only", {}, FallbackProof.PROVED),
        ("watts_unsaid", {}, FallbackProof.PROVED),
        ("late_values", {}, FallbackProof.PROVED),
        ("bare_phases", {}, FallbackProof.PROVED),
        ("no_boot", {}, FallbackProof.PROVED),
        ("restarting_ids", {}, FallbackProof.PROVED),
        ("newest_profile", {}, FallbackProof.PROVED),
        ("rejects_stack_levels", {}, FallbackProof.PROVED),
        ("refuses_tx_profile", {}, FallbackProof.PROVED),
        ("flash_writer", {}, FallbackProof.PROVED),
        ("ignores_zero", {}, FallbackProof.PROVED),
        ("sends_garbage", {}, FallbackProof.PROVED),
    ],
)
async def test_a_proof_tells_chargers_that_fall_back_from_those_that_do_not(
    site: Site,
    variant: str,
    settings: dict[str, str],
    outcome: FallbackProof,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kind = VARIANTS[variant]
    tempered = replace(kind, settings={**kind.settings, **settings})
    monkeypatch.setitem(VARIANTS, variant, tempered)
    await site.start(MANY_AT_ONCE)
    async with simulated(site, variant) as living:
        house = House(site, living)
        await house.charge(12.0)
        begun = site.now.seconds
        await house.until(lambda: site.state.proof in (FallbackProof.PROVED, FallbackProof.FAILED))
        assert site.state.proof is outcome
        assert site.now.seconds - begun <= 240
        failed = outcome is FallbackProof.FAILED
        assert site.state.problem is (Problem.FALLBACK_FAILED if failed else None)
        await house.until(lambda: site.state.accepted_current == 12.0, most_s=10)


@pytest.mark.parametrize("variant", ["refuses_all", "never_acknowledges"])
async def test_a_charger_that_takes_no_set_point_is_never_tried(site: Site, variant: str) -> None:
    await site.start(replace(MANY_AT_ONCE, call_timeout_s=0.02))
    async with simulated(site, variant) as living:
        house = House(site, living)
        await house.until(lambda: site.transaction_id is not None)
        for _ in range(20):
            await site.connector().async_set_current(12.0)
            await house.live(15)
        assert site.state.proof is FallbackProof.UNPROVED
        assert site.state.accepted_current is None
        assert site.state.status == "Charging", "it is still watched"
        assert site.state.energy_kwh == pytest.approx(living.evse.energy_wh / 1000, abs=0.2)
        expected = {
            "refuses_all": Problem.SETPOINT_REJECTED,
            "never_acknowledges": Problem.NO_ANSWER,
        }
        assert site.state.problem is expected[variant]


async def test_what_was_proved_outlives_a_restart_but_not_another_firmware(site: Site) -> None:
    await site.start(MANY_AT_ONCE)
    async with simulated(site) as living:
        house = House(site, living)
        await house.charge(12.0)
        await house.until(lambda: site.state.proof is FallbackProof.PROVED)
    await site.restart()
    assert site.connector().state.proof is FallbackProof.PROVED
    async with charger(site) as client:
        identity = {
            "charge_point_model": "Simulated charger",
            "charge_point_vendor": "Loadstar",
        }
        await client.ask(call.BootNotification(**identity, firmware_version="1.0"))
        assert site.connector().state.proof is FallbackProof.PROVED
        await client.ask(call.BootNotification(**identity, firmware_version="1.1"))
        assert site.state.proof is FallbackProof.UNPROVED
    await site.restart()
    assert site.state.proof is FallbackProof.UNPROVED


async def test_another_fallback_has_to_be_proved_too(site: Site) -> None:
    await site.start(MANY_AT_ONCE)
    async with simulated(site) as living:
        house = House(site, living)
        await house.charge(12.0)
        await house.until(lambda: site.state.proof is FallbackProof.PROVED)
        site.attach(fallback_current=8.0)
        assert site.state.proof is FallbackProof.UNPROVED
        await house.until(lambda: site.state.proof is FallbackProof.PROVED)


async def test_the_user_may_have_it_proved_again(site: Site) -> None:
    await site.start(MANY_AT_ONCE)
    async with simulated(site, "ignores_both") as living:
        house = House(site, living)
        await house.charge(12.0)
        await house.until(lambda: site.state.proof is FallbackProof.FAILED)
        site.connector().restart_proof()
        assert site.state.proof is FallbackProof.UNPROVED
        assert site.state.problem is None
        await house.until(lambda: site.state.proof is FallbackProof.FAILED)


async def test_a_cut_in_the_middle_is_obeyed_at_once_and_the_proof_comes_later(
    site: Site,
) -> None:
    await site.start(MANY_AT_ONCE)
    async with simulated(site) as living:
        house = House(site, living)
        await house.charge(12.0)
        await house.until(lambda: site.state.proof is FallbackProof.RUNNING)
        await house.live(20)
        assert not await site.connector().async_set_current(13.0)
        assert house.limit == 12.0
        assert await site.connector().async_set_current(11.0)
        assert house.limit == 11.0
        assert site.state.proof is FallbackProof.UNPROVED
        await house.until(lambda: site.state.proof is FallbackProof.PROVED)
        await house.live(3)
        assert house.limit == 10.0, "the second try was at 10 A"


async def test_steady_small_cuts_do_not_keep_it_from_being_proved(site: Site) -> None:
    await site.start(MANY_AT_ONCE)
    async with simulated(site) as living:
        house = House(site, living)
        await house.charge(14.0)
        wanted = 14.0
        while site.state.proof is not FallbackProof.PROVED:
            assert site.now.seconds < 3600
            wanted = 14.0 if wanted < 10.5 else wanted - 0.5
            await site.connector().async_set_current(wanted)
            await house.live(15)


async def test_a_full_car_tells_nothing(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    await site.start(MANY_AT_ONCE)
    async with simulated(site) as living:
        house = House(site, living)
        await house.charge(12.0)
        await house.until(lambda: site.state.proof is FallbackProof.RUNNING)
        assert living.evse.car is not None
        living.evse.car.soc_percent = 100.0
        await house.until(lambda: site.state.proof is FallbackProof.UNPROVED)
        assert site.state.problem is None
    assert "so that nothing was learnt of its fallback" in caplog.text


async def test_a_connection_lost_in_the_middle_tells_nothing(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await site.start(MANY_AT_ONCE)
    async with simulated(site) as living:
        house = House(site, living)
        await house.charge(12.0)
        await house.until(lambda: site.state.proof is FallbackProof.RUNNING)
        await living.connection.drop()
        await eventually(lambda: not site.state.connected)
        assert site.state.proof is FallbackProof.UNPROVED
    assert "the charger left or was restarted" in caplog.text


async def test_a_charger_that_restarts_in_the_middle_has_shown_nothing(site: Site) -> None:
    await site.start()
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now, connector_id=1)
        assert await site.connector().async_set_current(12.0)
        await draw_for(site, client, 12.0, 80, connector_id=1)
        await eventually(lambda: site.state.proof is FallbackProof.RUNNING)
        await client.boot()
        await eventually(lambda: site.state.proof is FallbackProof.UNPROVED)
        assert site.state.problem is None


async def draw_for(
    site: Site, client: LibraryCharger, current: float, seconds: int, *, connector_id: int = 2
) -> None:
    """Send a current every 10 s."""
    for _ in range(seconds // 10):
        site.now.seconds += 10
        sample = {"measurand": "Current.Import", "value": str(current), "unit": "A"}
        await client.measure(site.now, sample, connector_id=connector_id)
        await asyncio.sleep(0.03)


async def test_each_connector_of_a_station_has_its_own_proof(site: Site) -> None:
    await site.start()
    site.attach(GARAGE, ConnectorConfig(), ConnectorConfig(connector_id=2))
    first, second = site.connector(), site.connector(connector_id=2)
    async with charger(site) as client:
        await booted(client)
        await client.begin(site.now, connector_id=1)
        await client.begin(site.now, connector_id=2)
        assert await first.async_set_current(12.0)
        assert await second.async_set_current(12.0)
        await draw_for(site, client, 12.0, 80)
        await eventually(lambda: second.state.proof is FallbackProof.RUNNING)
        assert first.state.proof is FallbackProof.UNPROVED
        assert await first.async_set_current(13.0)
        assert not await second.async_set_current(13.0)
        await draw_for(site, client, 12.0, 50)
        await draw_for(site, client, 6.0, 30)
        await eventually(lambda: second.state.proof is FallbackProof.PROVED)
        assert first.state.proof is FallbackProof.UNPROVED
        lives = [
            (payload["connector_id"], period["start_period"])
            for payload in client.sent("SetChargingProfile")
            if payload["cs_charging_profiles"]["charging_profile_purpose"] == "TxProfile"
            for period in payload["cs_charging_profiles"]["charging_schedule"][
                "charging_schedule_period"
            ][1:]
        ]
        assert (1, 60) not in lives
        assert lives.count((2, 60)) == 1
    stored = site.storage.load("garage")["connectors"]
    assert stored["2"]["proof"].startswith("proved/6/")
    assert "proof" not in stored["1"]
