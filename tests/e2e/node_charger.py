"""The charger of the second client: ocpp_rpc_client in a process of Node's."""

import asyncio
from collections.abc import Mapping
import contextlib
import json
import os
from pathlib import Path
import shutil
import sys
from typing import Any

from loadstar_engine.simulation import Car, EvseConfig

from simulated_home.charger import ChargerConfig

CLIENT = Path(__file__).parent / "ocpp_rpc_client"


# before the client has said anything
_UNHEARD: Mapping[str, Any] = {
    "connected": False,
    "connections": 0,
    "transaction_id": None,
    "currents_a": [0.0, 0.0, 0.0],
}


class NodeCharger:
    """What tests use of ``simulated_home.charger.Charger``, over the client's pipes."""

    def __init__(self, config: ChargerConfig) -> None:
        """Begin unplugged and not running."""
        self._config = config
        self._car: Car | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._state = dict(_UNHEARD)
        self.evse = ReportedEvse(config.evse, self._state)
        self.clock = RemoteClock(self)
        self.complaints: list[str] = []  # what the client says we got wrong

    def plug(self, car: Car) -> None:
        """Plug a car in; once the client runs, always the one that it began with."""
        self._car = car
        self.tell("plug")

    def unplug(self) -> None:
        """Pull the plug."""
        self.tell("unplug")

    def drop(self) -> None:
        """Cut the connection; the client dials again."""
        self.tell("drop")

    def state(self) -> Mapping[str, Any]:
        """Return what the client said last of itself."""
        return dict(self._state)

    def tell(self, command: str) -> None:
        """Send a command to the client, if it runs."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(f"{command}\n".encode())

    async def run(self) -> None:
        """Live until cancelled."""
        self._process = await asyncio.create_subprocess_exec(
            node(),
            str(CLIENT / "main.js"),
            *self._arguments(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            assert self._process.stdout is not None
            async for line in self._process.stdout:
                self._listen(json.loads(line))
            self.complaints.append(f"it ended with {await self._process.wait()}")
        finally:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    def _listen(self, said: dict[str, Any]) -> None:
        if "complaint" in said:
            self.complaints.append(said["complaint"])
        else:
            self._state.update(said)

    def _arguments(self) -> list[str]:
        config, evse = self._config, self._config.evse
        options = {
            "url": config.url,
            "id": config.station.station_id,
            "max-current": evse.max_current_a,
            "reaction": evse.reaction_s,
        }
        if config.password is not None:
            options["password"] = config.password
        if self._car is not None:
            options["car-phases"] = self._car.config.phases
            options["car-reaction"] = self._car.config.reaction_s
        arguments = [f"--{name}={value}" for name, value in options.items()]
        return arguments if self._car is not None else [*arguments, "--unplugged"]


class ReportedEvse:
    """The charging point as the client reports it."""

    def __init__(self, config: EvseConfig, state: Mapping[str, Any]) -> None:
        """Read from ``state`` whenever asked."""
        self.config = config
        self._state = state

    @property
    def current_a(self) -> float:
        """A on each of the phases in use."""
        return float(max(self._state["currents_a"]))

    @property
    def site_currents_a(self) -> tuple[float, float, float]:
        """A on the site phases A, B, C."""
        drawn = dict(zip(self.config.phase_rotation, self._state["currents_a"], strict=True))
        return (drawn["A"], drawn["B"], drawn["C"])


class RemoteClock:
    """The client's clock."""

    def __init__(self, charger: NodeCharger) -> None:
        """Command ``charger``."""
        self._charger = charger

    def set_speed(self, speed: float) -> None:
        """Run at another speed from now on."""
        self._charger.tell(f"speed {speed}")

    def skip(self, seconds: float) -> None:
        """Put the clock forward."""
        self._charger.tell(f"skip {seconds}")


def node() -> str:
    """Return the Node that scripts/setup has provided the client's packages for."""
    assert (CLIENT / "node_modules" / "ocpp-rpc").is_dir(), "scripts/setup --next installs it"
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    program = shutil.which("node", path=path)
    assert program, "Node is missing: scripts/setup installs it"
    return program
