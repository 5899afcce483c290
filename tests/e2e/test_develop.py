"""The first command of the README, as its own check sees it."""

import asyncio
import json
from pathlib import Path
import sys

ROOT = Path(__file__).parents[2]
PATIENCE_S = 240


async def test_the_simulated_home_charges_by_the_sun_and_under_the_breaker() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulated_home.develop", "--check"),
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            printed, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()  # and it stops its Home Assistant
            await process.wait()
    lines = printed.decode().splitlines()
    report = json.loads(lines[-1])
    assert process.returncode == 0, "\n".join(lines)
    assert report["ok"]
    assert len(report["chargers"]) == 2
    for charger in report["chargers"]:
        assert abs(charger["setpoint_a"] - max(charger["currents_a"])) <= 1
    assert report["plan"]["ok"]
    assert report["forecast"]["ok"]
    assert report["forecast"]["load_model"] == "learned"
    # before one o'clock tomorrow's prices are not out, which is said; nothing else is wrong
    assert not [code for code in report["plan"]["warnings"] if code.startswith(("pv_", "price_"))]
    assert min(report["plan"]["devices_kwh"].values()) > 0
    for phase in report["phases"]:
        assert phase["grid_a"] <= phase["breaker_a"]
