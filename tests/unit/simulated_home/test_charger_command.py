"""``python -m simulated_home.charger`` runs a charger in a process of its own."""

import asyncio
import json
import sys
from typing import Any

import pytest

from .conftest import Central


async def read_until(process: asyncio.subprocess.Process, **expected: Any) -> dict[str, Any]:
    """Read states until one is as expected."""
    assert process.stdout is not None
    async with asyncio.timeout(15):
        while True:
            state: dict[str, Any] = json.loads(await process.stdout.readline())
            if expected.items() <= state.items():
                return state


@pytest.fixture
async def process(central: Central) -> Any:
    """Run the command against the central system."""
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "simulated_home.charger", "--url", central.url, "--id", "garage"),
        *("--password", "sixteen-bytes-ok", "--car-phases", "1", "--no-free-vend"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    yield started
    if started.returncode is None:
        started.terminate()
    await started.communicate()


async def test_it_tells_its_state_and_obeys_commands(central: Central, process: Any) -> None:
    def tell(command: str) -> None:
        process.stdin.write(f"{command}\n".encode())

    state = await read_until(process, connected=True, status="Preparing")
    assert state["transaction_id"] is None
    tell("unplug")
    await read_until(process, status="Available")
    tell("plug")
    await read_until(process, status="Preparing")
    tell("nonsense")
    tell("skip 400")
    async with asyncio.timeout(5):
        while len(central.heard("Heartbeat")) < 2:  # noqa: ASYNC110  another process beats
            await asyncio.sleep(0.05)
    tell("drop")
    await read_until(process, connected=False)
    await read_until(process, connected=True)
    process.terminate()
    _, errors = await process.communicate()
    assert process.returncode == 0
    assert errors.decode() == "unknown command: nonsense\n"


@pytest.mark.usefixtures("socket_enabled")
async def test_a_charger_needs_nothing_of_home_assistant() -> None:
    code = "import simulated_home.charger, sys; print('homeassistant' in sys.modules)"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert output.decode().strip() == "False"
