"""A home in simulated time: real control, real central system, whole simulated chargers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import random
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from loadstar_engine.simulation import Car, EvseConfig
from ocpp import charge_point

from custom_components.loadstar.actuators.ocpp_charger import OcppActuator
from custom_components.loadstar.engine.control import SetpointController
from custom_components.loadstar.engine.control.types import (
    ControlResult,
    PhaseReading,
    PowerReading,
    SiteReadings,
)
from custom_components.loadstar.engine.models import ChargerContext, Remedy, SiteContext
from custom_components.loadstar.engine.simulation import House, HouseConfig, HouseState
from custom_components.loadstar.ocpp import CentralSystem, ConnectorConfig, Security, StationConfig
from custom_components.loadstar.sources.ocpp_charger import read_charger
from simulated_home.charger import Charger, ChargerConfig
from simulated_home.charger import StationConfig as SimulatedStation
from simulated_home.charger.clock import Clock

from .hour import HOUR_S, Bay, Hour
from .judge import Excess, Judge
from .virtual_time import run_in_virtual_time
from .wire import WireEnd, wire

EPOCH = datetime(2026, 6, 1, tzinfo=UTC)
MARGIN_A = 1.0
METER_NOISE_A = 0.1
OVERLOAD_PATIENCE_S = 45.0  # until a repair issue says that an overload lasts
AFTERMATH_S = 150.0  # a set-point's life and the time to see that it ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an hour."""

    seed: int
    excesses: tuple[Excess, ...]
    issues: dict[str, float]  # first seen, in s
    proof: str
    method: str | None
    energy_wh: dict[str, float]
    delay_s: float


class MemoryStorage:
    """Keeps what a central system stores."""

    def __init__(self) -> None:
        """Begin empty."""
        self._kept: dict[str, dict[str, Any]] = {}

    def load(self, station_id: str) -> dict[str, Any]:
        """Return what was saved for a station."""
        return self._kept.get(station_id, {})

    def save(self, station_id: str, data: dict[str, Any]) -> None:
        """Keep a station's data."""
        self._kept[station_id] = data

    async def flush(self) -> None:
        """Memory is as safe as it gets."""


class _Still:
    """A charging point that its charger steps; the house only looks at it."""

    def __init__(self, charger: Charger) -> None:
        self._evse = charger.evse

    @property
    def site_currents_a(self) -> tuple[float, float, float]:
        return self._evse.site_currents_a

    def step(self, _dt_s: float) -> None:
        """Leave it to the charger."""


class Home:
    """Lives for one hour."""

    def __init__(self, hour: Hour) -> None:
        """Build it inside a running loop."""
        self._hour = hour
        self._loop = asyncio.get_running_loop()
        self._rng = random.Random(f"{hour.seed}/meter")  # noqa: S311  repeatable, not secret
        self._storage = MemoryStorage()
        self._judge = Judge(hour.breaker_a)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._errors: list[Exception] = []
        self._ends: dict[str, WireEnd] = {}
        self._down_until = 0.0
        self._cut_until: dict[str, float] = {}
        self._disturbed_until = 0.0
        self._overloaded_since = 0.0
        self._result: ControlResult | None = None
        self._house = House(
            HouseConfig(
                loads=hour.loads,
                base_load_w=hour.base_load_w,
                pv=hour.pv,
                battery=hour.battery,
                start_s=0.0,
            ),
            hour.seed,
        )
        self._chargers = {bay.charger_id: self._build(bay) for bay in hour.bays}
        self._house.evses = {key: _Still(it) for key, it in self._chargers.items()}  # type: ignore[misc]  # stepped by their chargers
        self._start_loadstar()

    async def run(self) -> Outcome:
        """Live through the hour and say what came of it."""
        for charger in self._chargers.values():
            self._spawn(charger.run())
        for second in range(HOUR_S):
            await asyncio.sleep(1.0)
            self._happen(float(second))
            state = self._house.step(1.0)
            if self._up:
                self._system.tick()
                self._control(state, second)
            self._look(state)
        self._judge.finish(self._loop.time(), self._issues())
        outcome = self._outcome()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._errors:
            message = f"hour {self._hour.seed} broke"
            raise ExceptionGroup(message, self._errors)
        return outcome

    @property
    def _up(self) -> bool:
        return self._loop.time() >= self._down_until

    def _build(self, bay: Bay) -> Charger:
        return Charger(
            ChargerConfig(
                url="ws://central",
                station=SimulatedStation(station_id=bay.charger_id),
                evse=EvseConfig(
                    evse_id=bay.charger_id,
                    max_current_a=bay.rated_a,
                    phase_rotation=bay.rotation,
                    reaction_s=bay.reaction_s,
                ),
                tick_s=1.0,
                variant=bay.variant,
                dial=self._dial,
            ),
            Clock(lambda: EPOCH.timestamp() + self._loop.time()),
        )

    def _start_loadstar(self) -> None:
        loop = self._loop
        self._system = CentralSystem(
            "",
            0,
            self._storage,
            clock=loop.time,
            utcnow=lambda: EPOCH + timedelta(seconds=loop.time()),
        )
        self._controller = SetpointController()
        self._actuators = {}
        for bay in self._hour.bays:
            self._system.attach(
                StationConfig(station_id=bay.charger_id, security=Security.NONE),
                [
                    ConnectorConfig(
                        phases=3, rated_current=bay.rated_a, fallback_current=bay.fallback_a
                    )
                ],
                lambda *_: None,
            )
            self._actuators[bay.charger_id] = OcppActuator(
                self._system.connector(bay.charger_id, 1), self._spawn, loop.time
            )

    @asynccontextmanager
    async def _dial(self, url: str, **_: Any) -> AsyncIterator[WireEnd]:
        path = urlsplit(url).path
        station_id = path.strip("/")
        if not self._up or self._loop.time() < self._cut_until.get(station_id, 0.0):
            message = "no route"
            raise OSError(message)
        outer, inner = wire(path)
        serving = self._spawn(self._system._serve(inner))  # type: ignore[arg-type]  # noqa: SLF001  the server's side of a websocket
        self._ends[station_id] = outer
        try:
            yield outer
        finally:
            outer.cut()
            await asyncio.wait([serving])

    def _happen(self, now: float) -> None:
        """Plug cars in, cut and mend connections."""
        for bay in self._hour.bays:
            if bay.plugged_at_s <= now < bay.plugged_at_s + 1.0:
                self._chargers[bay.charger_id].plug(Car(bay.car))
        for outage in self._hour.outages:
            if not outage.start_s <= now < outage.start_s + 1.0:
                continue
            self._disturbed_until = max(self._disturbed_until, outage.end_s + AFTERMATH_S)
            if outage.charger_id is None:
                self._down_until = outage.end_s
                self._start_loadstar()
            for station_id, end in self._ends.items():
                if outage.charger_id in (None, station_id):
                    self._cut_until[station_id] = outage.end_s
                    end.cut()

    def _control(self, state: HouseState, second: int) -> None:
        """Decide every 2 s, and at once where a limit is exceeded."""
        a, b, c = (value + self._rng.gauss(0.0, METER_NOISE_A) for value in state.grid_a)
        if second % 2 and max(a, b, c) <= self._hour.breaker_a - MARGIN_A + 0.8:
            return
        now = self._loop.time()
        readings = SiteReadings(
            now=now,
            grid=PhaseReading(values=(a, b, c), at=now),
            pv=PowerReading(value=state.pv_w, at=now) if self._hour.pv else None,
            battery=(
                PowerReading(value=state.battery_power_w, at=now) if self._hour.battery else None
            ),
            battery_soc=state.battery_soc_percent,
            chargers=tuple(
                read_charger(
                    bay.charger_id,
                    self._system.connector(bay.charger_id, 1).state,
                    fallback_current=bay.fallback_a,
                    enabled=True,
                )
                for bay in self._hour.bays
            ),
        )
        self._result = self._controller.step(self._site(), readings)
        for target in self._result.targets:
            self._actuators[target.charger_id].apply(target)

    def _site(self) -> SiteContext:
        hour = self._hour
        return SiteContext(
            voltage=230.0,
            num_phases=3,
            main_breaker_rating=hour.breaker_a - MARGIN_A,
            distribution_mode=hour.distribution,
            battery_soc_min=10.0,
            battery_max_charge_power=hour.battery.max_charge_power_w if hour.battery else 0.0,
            battery_max_discharge_power=(
                hour.battery.max_discharge_power_w if hour.battery else 0.0
            ),
            chargers=[
                ChargerContext(
                    charger_id=bay.charger_id,
                    max_current=bay.rated_a,
                    priority=index + 1,
                    phase_rotation=bay.rotation,
                    charging_mode=bay.mode,
                )
                for index, bay in enumerate(hour.bays)
            ],
        )

    def _look(self, state: HouseState) -> None:
        now = self._loop.time()
        chargers = [it.evse.site_currents_a for it in self._chargers.values()]
        self._judge.look(
            now,
            state.grid_a,
            [sum(phase) for phase in zip(*chargers, strict=True)],
            disturbed=now < self._disturbed_until,
            issues=self._issues(),
        )

    def _issues(self) -> list[str]:
        """Return what repair issues would say now."""
        issues = []
        for bay in self._hour.bays:
            problem = self._system.connector(bay.charger_id, 1).state.problem
            if problem is not None:
                issues.append(f"{bay.charger_id}: {problem}")
        if self._result is not None:
            issues += [
                f"{target.charger_id}: disobedient ({target.remedy})"
                for target in self._result.targets
                if target.remedy is not Remedy.NONE
            ]
            if self._result.frozen:
                issues.append("meter frozen")
            if self._silent_overload():
                issues.append("overloaded, and a charger is not heard")
        return issues

    def _silent_overload(self) -> bool:
        """Tell whether an overload lasts while a charger may charge and is not heard."""
        now = self._loop.time()
        if self._result is None or not self._result.overloaded_phases:
            self._overloaded_since = now
        states = [self._system.connector(bay.charger_id, 1).state for bay in self._hour.bays]
        silent = any(not it.connected and it.transaction_id is not None for it in states)
        return silent and now - self._overloaded_since >= OVERLOAD_PATIENCE_S

    def _outcome(self) -> Outcome:
        first = self._hour.bays[0]
        state = self._system.connector(first.charger_id, 1).state
        return Outcome(
            seed=self._hour.seed,
            excesses=tuple(self._judge.excesses),
            issues=self._judge.issues,
            proof=str(state.proof),
            method=state.method,
            energy_wh={key: it.evse.energy_wh for key, it in self._chargers.items()},
            delay_s=max(bay.reaction_s + bay.car.reaction_s for bay in self._hour.bays),
        )

    def _spawn(self, work: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            self._errors.append(error)


async def _trust(*_: Any) -> None:
    """Take a message as it is."""


def live(hour: Hour) -> Outcome:
    """Live through an hour of a home, as fast as the processor goes."""

    async def life() -> Outcome:
        loop = asyncio.get_running_loop()
        # whatever looks at a clock of its own must see the simulated one
        with (
            patch("time.monotonic", loop.time),
            # schemas take a quarter of the time, and every other test checks them
            patch.object(charge_point, "validate_payload", _trust),
        ):
            return await Home(hour).run()

    return run_in_virtual_time(life())
