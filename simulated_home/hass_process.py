"""A real Home Assistant in a process of its own, from this environment's packages."""

import asyncio
from collections.abc import Mapping
import contextlib
from datetime import UTC, datetime
import json
import os
from pathlib import Path
import signal
import socket
import sys
import time

import aiohttp

RESTART_EXIT_CODE = 100  # of Home Assistant: start me again


class HassError(Exception):
    """Home Assistant did not do what was asked of it; the text says what."""


_CONFIGURATION = """\
homeassistant:
  name: {name}
  latitude: 50.0
  longitude: 14.4
  elevation: 200
  unit_system: metric
  time_zone: Europe/Prague
  currency: EUR
  country: CZ
  language: en

# A choice instead of default_config: nothing here talks to the network.
config:
frontend:
history:
logbook:
energy:
recorder:
  commit_interval: 2
  purge_keep_days: 3
logger:
  default: warning
  logs: {logs}
"""


# Speech and video come with Home Assistant; what they miss on this machine is of no use here.
_QUIET = {
    "haffmpeg": "fatal",
    "homeassistant.components.camera.img_util": "fatal",
    "homeassistant.components.ffmpeg": "fatal",
}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether nobody listens on ``port``."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def prepare_config(
    config_dir: Path,
    port: int,
    integrations: Mapping[str, Path],
    *,
    name: str = "Home",
    logs: Mapping[str, str] | None = None,
) -> None:
    """Write a configuration and link custom integrations by domain; safe to repeat.

    ``logs`` are levels by logger, as ``{"custom_components.loadstar": "debug"}``.
    """
    components = config_dir / "custom_components"
    components.mkdir(parents=True, exist_ok=True)
    (config_dir / "configuration.yaml").write_text(
        _CONFIGURATION.format(name=json.dumps(name), logs=json.dumps(_QUIET | dict(logs or {})))
    )
    for domain, folder in integrations.items():
        link = components / domain
        link.unlink(missing_ok=True)
        link.symlink_to(folder.resolve(), target_is_directory=True)
    storage = config_dir / ".storage"
    storage.mkdir(exist_ok=True)
    _store(storage / "http", (2, 2), _http_settings(port))
    if not (storage / "onboarding").exists():
        # the step that would add a weather service, radio and speech from the network
        _store(storage / "onboarding", (4, 1), {"done": ["core_config"]})


def _store(path: Path, version: tuple[int, int], data: Mapping[str, object]) -> None:
    """Write a file as Home Assistant's own storage does."""
    major, minor = version
    content = {"version": major, "minor_version": minor, "key": path.name, "data": data}
    path.write_text(json.dumps(content))


def _http_settings(port: int) -> dict[str, object]:
    """Return settings that count as confirmed: others are undone after five minutes."""
    stable = {
        "server_host": ["127.0.0.1"],
        "server_port": port,
        "cors_allowed_origins": [],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": False,
        "ssl_profile": "modern",
        "use_x_frame_options": True,
        "created_at": datetime.now(UTC).isoformat(),
        "error": None,
        "error_message": None,
    }
    return {"stable": stable, "pending": None, "yaml_migration_done": True}


class HassProcess:
    """Home Assistant on 127.0.0.1; its output goes to ``console.log`` in its folder."""

    def __init__(self, config_dir: Path, port: int, python: str = sys.executable) -> None:
        """Begin stopped; ``prepare_config`` has made the folder, ``python`` has the packages."""
        self.config_dir = config_dir
        self.port = port
        self._python = python
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def console_log(self) -> Path:
        """What the process has printed."""
        return self.config_dir / "console.log"

    @property
    def pid(self) -> int | None:
        """The running process, if there is one."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self, timeout_s: float = 60.0) -> None:
        """Start it and wait until it answers; raise HassError."""
        with self.console_log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                self._python,
                *(
                    "-m",
                    "homeassistant",
                    "--config",
                    str(self.config_dir),
                    "--skip-pip",
                    "--log-no-color",
                ),
                cwd=self.config_dir,
                env=_environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C goes to the terminal's process group: whoever started it decides
                start_new_session=True,
            )
        try:
            await self._wait_until_it_answers(timeout_s)
        except BaseException:
            self.kill()
            raise

    async def wait(self) -> int:
        """Wait until it ends and return its exit code."""
        return await self._started.wait()

    async def stop(self, timeout_s: float = 30.0) -> int | None:
        """Ask it to end, and end it if it does not; return its exit code."""
        if self._process is None:
            return None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(self._process.wait(), timeout_s)
            except TimeoutError:
                self.kill()
        return await self._process.wait()

    @property
    def _started(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise HassError("Home Assistant was never started")
        return self._process

    def kill(self) -> None:
        """End it without warning."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def _wait_until_it_answers(self, timeout_s: float) -> None:
        process = self._started
        deadline = time.monotonic() + timeout_s
        async with aiohttp.ClientSession() as session:
            while time.monotonic() < deadline:
                if process.returncode is not None:
                    message = f"Home Assistant ended at start, see {self.console_log}"
                    raise HassError(message)
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    timeout = aiohttp.ClientTimeout(total=2)
                    async with session.get(f"{self.url}/manifest.json", timeout=timeout) as answer:
                        if answer.ok:
                            return
                await asyncio.sleep(0.2)
        message = f"Home Assistant did not answer within {timeout_s:.0f} s, see {self.console_log}"
        raise HassError(message)


def _environment() -> dict[str, str]:
    """Return this process' environment without what would change Home Assistant's imports."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
