"""A home for end-to-end tests: a real Home Assistant, meters over REST, real chargers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
import contextlib
from pathlib import Path
import re
import time
from typing import Any

import aiohttp
from loadstar_engine.simulation import Car, CarConfig, EvseConfig

from simulated_home.charger import Charger, ChargerConfig, StationConfig
from simulated_home.hass_client import HassClient
from simulated_home.hass_process import HassError, HassProcess, free_port, prepare_config
from tests.certificates import make as make_certificate
from tests.e2e.node_charger import NodeCharger

LOADSTAR = Path(__file__).parents[2] / "custom_components" / "loadstar"
USER, PASSWORD = "tester", "end-to-end"
BREAKER_A = 25
METER_PERIOD_S = 0.5
QUIET_A = (1.0, 1.0, 1.0)  # what the household draws while nothing happens
PATIENCE_S = 100.0  # longer than the minute for which an overload holds raises
# They miss programs that only cameras need.
MACHINE_LOGGERS = ("haffmpeg.core", "homeassistant.components.camera.img_util")
GARAGE_KEY, DRIVEWAY_KEY = "garage-key-0123456", "driveway-key-01234"

# id, key and phase rotation
CHARGERS = (("garage", GARAGE_KEY, "ABC"), ("driveway", DRIVEWAY_KEY, "BCA"))

type AnyCharger = Charger | NodeCharger
# What both chargers run, by the library that it is made of.
CLIENTS: Mapping[str, Callable[[ChargerConfig], AnyCharger]] = {
    "ocpp": Charger,
    "ocpp-rpc": NodeCharger,
}


class Home:
    """Everything that a test turns knobs on."""

    def __init__(self, folder: Path, client: str = "ocpp") -> None:
        """Prepare a Home Assistant that has never run, and chargers of one of CLIENTS."""
        self.ocpp_port, self.encrypted_port = free_port(), free_port()
        self.certificate = make_certificate(folder)
        self.process = HassProcess(folder, free_port())
        prepare_config(
            folder, self.process.port, {"loadstar": LOADSTAR}, logs={"custom_components": "info"}
        )
        self.client = HassClient(self.process.url)
        self.household_a = list(QUIET_A)
        self.meter_state: str | None = None  # what the meter says instead of numbers
        url = f"ws://127.0.0.1:{self.ocpp_port}"
        build = CLIENTS[client]
        self.garage, self.driveway = (build(_charger(url, *charger)) for charger in CHARGERS)
        self.garage.plug(Car(CarConfig(phases=3, reaction_s=0.5)))
        self.driveway.plug(Car(CarConfig(phases=1, reaction_s=0.5)))
        self.entry_id = ""
        self.subentries: dict[str, str] = {}
        self._work: list[asyncio.Task[None]] = []

    @property
    def chargers(self) -> tuple[AnyCharger, ...]:
        """Both of them."""
        return (self.garage, self.driveway)

    async def start(self) -> None:
        """Start Home Assistant, the meter and the chargers, and set up the site."""
        await self.process.start()
        await self.client.__aenter__()
        await self.client.onboard(USER, PASSWORD)
        await self._report()
        self._work = [
            asyncio.create_task(work)
            for work in (self._meter(), *(charger.run() for charger in self.chargers))
        ]
        await self.add_site()

    async def stop(self) -> None:
        """End everything that ``start`` began."""
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        await self.client.__aexit__(None, None, None)
        await self.process.stop()

    async def crash(self) -> None:
        """End Home Assistant without warning."""
        self.process.kill()
        await self.process.wait()

    async def restart(self) -> None:
        """Start Home Assistant again after a crash."""
        await self.process.start()
        await self.client.login(USER, PASSWORD)

    async def add_site(self) -> None:
        """Set up the site and both chargers as a person does in the frontend."""
        entry = await self.client.flow("loadstar", *self._site_answers())
        self.entry_id = entry["entry_id"]
        for name, key, rotation in CHARGERS:
            self.subentries[name] = await self.client.subentry_flow(
                self.entry_id, "charger", *charger_answers(name, key, rotation=rotation)
            )

    async def entity(self, platform: str, key: str, charger: str | None = None) -> str:
        """Return an entity's id by what it is."""
        section = f"_{self.subentries[charger]}" if charger else ""
        unique_id = f"{self.entry_id}{section}_{key}"
        entities = await self.client.entity_ids("loadstar")
        return next(
            entity_id
            for unique, entity_id in entities.items()
            if unique == unique_id and entity_id.startswith(f"{platform}.")
        )

    async def state(self, platform: str, key: str, charger: str | None = None) -> str:
        """Return an entity's state by what it is."""
        state = await self.client.state(await self.entity(platform, key, charger))
        return str(state["state"])

    async def diagnostics(self) -> Mapping[str, Any]:
        """Return what a user may download of the site; raise HassError where it is not set up."""
        path = f"/api/diagnostics/config_entry/{self.entry_id}"
        data: Mapping[str, Any] = (await self.client.request("GET", path))["data"]
        if "connectors" not in data:
            raise HassError(data["entry"]["title"])
        return data

    async def connector(self, charger: str) -> Mapping[str, Any]:
        """Return what Loadstar knows of a charger."""
        connector: Mapping[str, Any]
        connector = (await self.diagnostics())["connectors"][self.subentries[charger]]
        return connector

    async def select(self, key: str, option: str, charger: str | None = None) -> None:
        """Choose an option as a person or an automation does."""
        await self.client.call_service(
            "select.select_option",
            entity_id=await self.entity("select", key, charger),
            option=option,
        )

    async def issues(self) -> set[str]:
        """Return the repair issues that Loadstar has raised."""
        listed = await self.client.ws("repairs/list_issues")
        return {
            issue["translation_key"] for issue in listed["issues"] if issue["domain"] == "loadstar"
        }

    def log_faults(self) -> list[str]:
        """Return what no log may hold: errors and tracebacks, but for this machine's own."""
        log = self.process.console_log.read_text(errors="replace")
        log = re.sub(r"\x1b\[[0-9;]*m", "", log)
        records = re.split(r"^(?=\d{4}-\d\d-\d\d \d\d:)", log, flags=re.MULTILINE)
        return [
            record
            for record in records
            if re.search(r" (?:ERROR|CRITICAL) |^Traceback", record, flags=re.MULTILINE)
            and not any(f"[{logger}]" in record for logger in MACHINE_LOGGERS)
        ]

    def complaints(self) -> list[str]:
        """Return what the chargers say that Loadstar got wrong, as far as they check it."""
        return [
            complaint
            for charger in self.chargers
            if isinstance(charger, NodeCharger)
            for complaint in charger.complaints
        ]

    def connections(self) -> list[int]:
        """Return how often each charger has connected so far."""
        return [charger.state()["connections"] for charger in self.chargers]

    def grid_a(self) -> list[float]:
        """Return what flows through the breakers."""
        chargers = [charger.evse.site_currents_a for charger in self.chargers]
        return [
            household + sum(currents)
            for household, *currents in zip(self.household_a, *chargers, strict=True)
        ]

    def _site_answers(self) -> tuple[Mapping[str, Any], ...]:
        """Return what a person enters for the site, form by form."""
        return (
            {
                "name": "Home",
                "phases": "3",
                "meter_layout": "per_phase",
                "main_breaker": BREAKER_A,
                "voltage": 230,
            },
            {
                "grid_a": "sensor.grid_a",
                "grid_b": "sensor.grid_b",
                "grid_c": "sensor.grid_c",
                "export": {},
                "meter_options": {"grid_invert": False, "phase_netting": False},
            },
            {
                "export_threshold": 0,
                "inverter": {"inverter_kind": "symmetric", "inverter_phase": "A"},
                "ocpp": {"ocpp_port": self.ocpp_port, "ocpp_host": "127.0.0.1"},
                "encryption": {
                    "ocpp_tls_port": self.encrypted_port,
                    "ocpp_certificate": str(self.certificate.certificate),
                    "ocpp_private_key": str(self.certificate.private_key),
                },
            },
            {"import_price": "none"},
        )

    async def _meter(self) -> None:
        while True:
            # a meter does not mind that Home Assistant is down
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                await self._report()
            await asyncio.sleep(METER_PERIOD_S)

    async def _report(self) -> None:
        for phase, current in zip("abc", self.grid_a(), strict=True):
            await self.client.set_state(
                f"sensor.grid_{phase}",
                f"{current:.2f}" if self.meter_state is None else self.meter_state,
                {"unit_of_measurement": "A", "device_class": "current"},
            )


def charger_answers(
    name: str, key: str, *, rotation: str = "ABC", security: str = "basic", fallback_a: float = 6
) -> tuple[Mapping[str, Any], ...]:
    """Return what a person enters for a charger, form by form."""
    return (
        {
            "name": name.capitalize(),
            "station_id": name,
            "connector_id": 1,
            "security": security,
            "password": key,
            "phases": "3",
        },
        {
            "rated_current": 16,
            "phase_rotation": rotation,
            "min_current": 6,
            "fallback_current": fallback_a,
            "priority": 1 if name == "garage" else 2,
        },
        {},
    )


async def until(
    what: Callable[[], bool], patience_s: float = PATIENCE_S, describe: Callable[[], Any] = str
) -> float:
    """Wait until ``what`` is true and return the seconds that took; fail when it never is."""
    began = time.monotonic()
    while not what():
        waited = time.monotonic() - began
        assert waited < patience_s, f"not within {patience_s:.0f} s: {describe()}"
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def until_is[ValueT](
    wanted: ValueT, ask: Callable[[], Awaitable[ValueT]], patience_s: float = PATIENCE_S
) -> None:
    """Ask until the answer is ``wanted``; fail when it never is."""
    deadline = time.monotonic() + patience_s
    while (answer := await ask()) != wanted:
        assert time.monotonic() < deadline, f"{answer} instead of {wanted}"
        await asyncio.sleep(0.5)


def _charger(url: str, name: str, key: str, rotation: str) -> ChargerConfig:
    return ChargerConfig(
        url=url,
        password=key,
        station=StationConfig(station_id=name),
        evse=EvseConfig(evse_id=name, phase_rotation=rotation, reaction_s=0.5),
    )
