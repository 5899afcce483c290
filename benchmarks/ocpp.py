"""How fast, how evenly and in how much memory Loadstar holds 1, 10, 100 and 300 chargers."""

import argparse
import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
import json
import math
from pathlib import Path
import shutil
import sys
import tempfile
import time
from typing import Any

from simulated_home.hass_client import HassClient
from simulated_home.hass_process import HassProcess, free_port

from .distribution import machine
from .fleet.charger import LeanCharger
from .fleet.overload import Latencies, MeteredSite, measure_latency
from .fleet.sites import add_first_site, multiply, share_evenly, station_id
from .loop import measure as measure_loop
from .loop import prepare

COUNTS = (1, 10, 100, 300)
PER_SITE = 10  # what the largest breaker holds at 6 A each, and a household
LATENCY_LIMIT_MS = {10: 100.0, 100: 500.0}
WAIT_LIMIT_MS = {100: 20.0}
CONNECT_LIMIT_S = {300: 30.0}
STORM_LIMIT_S = {100: 30.0}
NONE_MISSING = dict.fromkeys(COUNTS, 0)
_START_S = 300.0
_PATIENCE_S = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came of a number of chargers."""

    chargers: int
    sites: int
    set_points: int
    missing: int  # set-points that did not come within 4 s
    latency_p50_ms: float
    latency_p99_ms: float
    latency_max_ms: float
    wait_p99_ms: float  # of the event loop
    hold_max_ms: float
    longest_hold: str  # whose that was
    rss_mb: float
    open_s: float  # from the start of the process until the port is open
    connect_s: float  # from there until the last charger's BootNotification is answered
    storm_s: float  # from the cut of all connections until each charger has its set-point again

    @property
    def failures(self) -> list[str]:
        """Say which limits were missed."""
        return [
            f"{self.chargers} chargers: {name} {getattr(self, name):.4g} > {limits[self.chargers]}"
            for name, limits in (
                ("latency_p99_ms", LATENCY_LIMIT_MS),
                ("wait_p99_ms", WAIT_LIMIT_MS),
                ("connect_s", CONNECT_LIMIT_S),
                ("storm_s", STORM_LIMIT_S),
                ("missing", NONE_MISSING),
            )
            if self.chargers in limits and getattr(self, name) > limits[self.chargers]
        ]


class Fleet:
    """All chargers of all sites, alive."""

    def __init__(self, sizes: Sequence[int], port: int) -> None:
        """Build as many as ``sizes`` says, site by site."""
        self.sites = [
            [LeanCharger(station_id(site, index), port) for index in range(count)]
            for site, count in enumerate(sizes)
        ]
        self.chargers = [charger for site in self.sites for charger in site]

    @asynccontextmanager
    async def alive(self) -> AsyncIterator[None]:
        """Let them dial, boot and charge."""
        tasks = [asyncio.create_task(charger.run()) for charger in self.chargers]
        try:
            yield
        finally:
            await _end(tasks)

    async def connected(self) -> float:
        """Wait until all have booted and return when the last did, in s since 1970."""
        async with asyncio.timeout(_PATIENCE_S):
            while any(charger.booted_at is None for charger in self.chargers):  # noqa: ASYNC110  many change
                await asyncio.sleep(0.1)
        return max(charger.booted_at or 0.0 for charger in self.chargers)

    async def storm(self) -> float:
        """Cut all connections and return the seconds until all are held to a current again."""
        cut_at = time.time()
        for charger in self.chargers:
            charger.drop()
        async with asyncio.timeout(_PATIENCE_S):
            while not all(_is_held(charger) for charger in self.chargers):  # noqa: ASYNC110  many change
                await asyncio.sleep(0.1)
        return time.time() - cut_at


def _is_held(charger: LeanCharger) -> bool:
    return {"TxDefaultProfile", "TxProfile"} <= {it.purpose for it in charger.arrivals}


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _port_opened(port: int) -> float:
    """Wait until somebody listens on ``port`` and return when, in s since 1970."""
    async with asyncio.timeout(_START_S):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            return time.time()


async def set_up(config_dir: Path, ocpp_port: int) -> None:
    """Make the configuration that the others are copies of."""
    port = free_port()
    prepare(config_dir, port)
    process = HassProcess(config_dir, port)
    try:
        await process.start(_START_S)
        async with HassClient(process.url) as client:
            await client.onboard("developer", "developer")
            await client.wait_until_running()
            await add_first_site(client, ocpp_port)
    finally:
        await process.stop()


async def measure(config_dir: Path, ocpp_port: int, count: int, seconds: float) -> Row:
    """Start Home Assistant with ``count`` chargers and measure everything."""
    sizes = [min(PER_SITE, count - first) for first in range(0, count, PER_SITE)]
    multiply(config_dir, sizes)
    port = free_port()
    prepare(config_dir, port)
    process = HassProcess(config_dir, port)
    fleet = Fleet(sizes, ocpp_port)
    try:
        async with fleet.alive(), HassClient(process.url) as client:
            # the first start makes the entities: what counts is the start after it
            await process.start(_START_S)
            await client.login("developer", "developer")
            await fleet.connected()
            await share_evenly(client)
            await process.stop(60.0)
            started_at = time.time()
            opening = asyncio.create_task(_port_opened(ocpp_port))
            await process.start(_START_S)
            await client.login("developer", "developer")
            sites = [MeteredSite(client, site, members) for site, members in enumerate(fleet.sites)]
            async with _metered(sites):
                opened_at = await opening
                connected_at = await fleet.connected()
                await client.wait_until_running(_START_S)
                latencies, loop = await _overloads(client, sites, seconds)
                rss_mb = _rss_mb(process)
                storm_s = await fleet.storm()
            return Row(
                chargers=count,
                sites=len(sizes),
                set_points=len(latencies.seconds),
                missing=latencies.missing,
                latency_p50_ms=_percentile_ms(latencies.seconds, 50),
                latency_p99_ms=_percentile_ms(latencies.seconds, 99),
                latency_max_ms=_percentile_ms(latencies.seconds, 100),
                wait_p99_ms=loop["waits"]["p99_ms"],
                hold_max_ms=loop["holds"]["max_ms"],
                longest_hold=next(iter(loop["longest"]), ""),
                rss_mb=rss_mb,
                open_s=opened_at - started_at,
                connect_s=max(0.0, connected_at - opened_at),
                storm_s=storm_s,
            )
    finally:
        await process.stop(60.0)


@asynccontextmanager
async def _metered(sites: Sequence[MeteredSite]) -> AsyncIterator[None]:
    """Let the sites' meters report."""
    meters = [asyncio.create_task(site.live()) for site in sites]
    try:
        yield
    finally:
        await _end(meters)


async def _overloads(
    client: HassClient, sites: Sequence[MeteredSite], seconds: float
) -> tuple[Latencies, Mapping[str, Any]]:
    """Overload the sites for about ``seconds``, and watch the loop meanwhile."""
    await asyncio.gather(*(site.settle() for site in sites))
    watch = asyncio.create_task(measure_loop(client, seconds))
    latencies = await measure_latency(sites, asyncio.get_running_loop().time() + seconds)
    return latencies, await watch


def _rss_mb(process: HassProcess) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024.0


def _percentile_ms(seconds: Sequence[float], percent: int) -> float:
    """Return a percentile in ms; infinite where nothing was measured."""
    if not seconds:
        return math.inf
    rank = math.ceil(len(seconds) * percent / 100)
    return sorted(seconds)[rank - 1] * 1000.0


async def run(counts: Sequence[int], seconds: float) -> list[Row]:
    """Measure one number of chargers after the other."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="loadstar-bench-") as folder:
        first = Path(folder) / "first"
        ocpp_port = free_port()
        await set_up(first, ocpp_port)
        for count in counts:
            config_dir = Path(folder) / str(count)
            shutil.copytree(first, config_dir, symlinks=True)
            rows.append(await measure(config_dir, ocpp_port, count, seconds))
    return rows


_COLUMNS = (
    ("chargers", "chargers", "d"),
    ("sites", "sites", "d"),
    ("sent", "set_points", "d"),
    ("missing", "missing", "d"),
    ("p50 ms", "latency_p50_ms", ".1f"),
    ("p99 ms", "latency_p99_ms", ".1f"),
    ("max ms", "latency_max_ms", ".1f"),
    ("wait p99", "wait_p99_ms", ".2f"),
    ("hold max", "hold_max_ms", ".1f"),
    ("RSS MB", "rss_mb", ".0f"),
    ("open s", "open_s", ".1f"),
    ("connect s", "connect_s", ".1f"),
    ("storm s", "storm_s", ".1f"),
)


def table(rows: Sequence[Row]) -> str:
    """Return the rows for people."""
    lines = ["".join(f"{title:>10}" for title, _, _ in _COLUMNS)]
    lines += [
        "".join(f"{getattr(row, name):>10{form}}" for _, name, form in _COLUMNS) for row in rows
    ]
    lines += ["", "longest holds"]
    lines += [f"{row.chargers:>10}  {row.longest_hold}" for row in rows]
    if len(rows) > 1:
        lines += ["", f"memory per charger: {memory_per_charger_mb(rows):.2f} MB"]
    return "\n".join(lines)


def memory_per_charger_mb(rows: Sequence[Row]) -> float:
    """Return what each further charger takes, from the least to the most of them."""
    fewest, most = min(rows, key=_count), max(rows, key=_count)
    return (most.rss_mb - fewest.rss_mb) / (most.chargers - fewest.chargers)


def _count(row: Row) -> int:
    return row.chargers


def main() -> int:
    """Measure and print; fail when a limit was missed."""
    parser = argparse.ArgumentParser(prog="scripts/bench ocpp", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--chargers", type=int, nargs="+", default=COUNTS, metavar="N")
    parser.add_argument("--seconds", type=float, default=150.0, help="of overloads, each (150)")
    arguments = parser.parse_args()
    rows = asyncio.run(run(arguments.chargers, arguments.seconds))
    if arguments.json:
        print(json.dumps({"machine": machine(), "results": [asdict(row) for row in rows]}))
    else:
        print(f"{machine()}\n{table(rows)}")
    failures = [failure for row in rows for failure in row.failures]
    sys.stderr.writelines(f"{failure}\n" for failure in failures)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
