"""How long the event loop is held in a running Home Assistant with the simulated home."""

import argparse
import asyncio
from collections.abc import Mapping, Sequence
import json
from pathlib import Path
from statistics import median
import sys
import tempfile
from typing import Any

import aiohttp

from simulated_home.develop.check import look
from simulated_home.develop.site import set_up
from simulated_home.hass_client import HassClient
from simulated_home.hass_process import HassProcess, free_port, prepare_config

ROOT = Path(__file__).parents[1]
LIMIT_MS = 20.0


def prepare(config_dir: Path, port: int) -> None:
    """Write a configuration with Loadstar, the simulated home and the watch."""
    prepare_config(
        config_dir,
        port,
        {
            "loadstar": ROOT / "custom_components" / "loadstar",
            "simulated_home": ROOT / "simulated_home",
            "loop_watch": ROOT / "benchmarks" / "loop_watch",
        },
    )
    with (config_dir / "configuration.yaml").open("a") as configuration:
        configuration.write("loop_watch:\n")


async def measure(client: HassClient, seconds: float) -> dict[str, Any]:
    """Let the watch inside Home Assistant measure, and return its report."""
    # The client's own time limit is for what answers at once.
    timeout = aiohttp.ClientTimeout(total=seconds + 30)
    headers = {"Authorization": f"Bearer {client.token}"}
    path = f"{client.url}/api/services/loop_watch/measure?return_response"
    async with (
        aiohttp.ClientSession(timeout=timeout, headers=headers) as session,
        session.post(path, json={"seconds": seconds}, raise_for_status=True) as answer,
    ):
        report: dict[str, Any] = (await answer.json())["service_response"]
        return report


async def keep_planning(client: HassClient, entry_id: str, every_s: float) -> Sequence[float]:
    """Ask for a plan again and again until cancelled; return how long each took, in ms."""
    times: list[float] = []
    try:
        while every_s > 0:
            plan = await client.ask_service("loadstar.plan", config_entry_id=entry_id)
            times.append(plan["solve_time_ms"])
            await asyncio.sleep(every_s)
    except asyncio.CancelledError:
        return times
    return times


async def run(
    config_dir: Path, warm_up_s: float, seconds: float, plan_every_s: float
) -> dict[str, Any]:
    """Start the simulated home, let it settle, and return the report."""
    port, ocpp_port = free_port(), free_port()
    prepare(config_dir, port)
    process = HassProcess(config_dir, port)
    try:
        await process.start()
        async with HassClient(process.url) as client:
            await client.onboard("developer", "developer")
            await client.wait_until_running()
            home = await set_up(client, ocpp_port)
            await asyncio.sleep(warm_up_s)
            planning = asyncio.create_task(keep_planning(client, home.entry_id, plan_every_s))
            report = await measure(client, seconds)
            planning.cancel()
            plans = await planning
            chargers = look(await client.states(), home).chargers
            return report | {
                "chargers_that_charge": sum(charger.ok for charger in chargers),
                "plans": len(plans),
                "plan_p50_ms": median(plans) if plans else None,
            }
    finally:
        await process.stop()


def table(report: Mapping[str, Any]) -> str:
    """Return the report for people."""
    lines = [f"{'':<8}{'count':>9}{'p50 ms':>9}{'p99 ms':>9}{'max ms':>9}"]
    for name in ("holds", "waits"):
        spread = report[name]
        lines.append(
            f"{name:<8}{spread['count']:>9}{spread['p50_ms']:>9.2f}"
            f"{spread['p99_ms']:>9.2f}{spread['max_ms']:>9.2f}"
        )
    lines += ["", "longest holds, ms"]
    lines += [f"{ms:>9.2f}  {name}" for name, ms in report["longest"].items()]
    charging = report["chargers_that_charge"]
    lines += ["", f"over {report['seconds']:.0f} s, {charging} chargers at their set-points"]
    if report["plans"]:
        lines.append(f"{report['plans']} plans meanwhile, median {report['plan_p50_ms']:.0f} ms")
    return "\n".join(lines)


def main() -> int:
    """Measure and print; fail when the loop was held for too long."""
    parser = argparse.ArgumentParser(prog="scripts/bench loop", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--seconds", type=float, default=120.0, help="of measuring (120)")
    parser.add_argument("--warm-up", type=float, default=60.0, help="seconds before it (60)")
    parser.add_argument("--plan-every", type=float, default=5.0, help="seconds (5; 0: not)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="loadstar-bench-") as folder:
        report = asyncio.run(
            run(Path(folder), arguments.warm_up, arguments.seconds, arguments.plan_every)
        )
    print(json.dumps(report) if arguments.json else table(report))
    return 0 if report["holds"]["max_ms"] <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
