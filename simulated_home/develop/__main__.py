"""Start a Home Assistant with the simulated home, and show where it is."""

import argparse
import asyncio
from collections.abc import Mapping
import json
from pathlib import Path
import shutil
import signal
import sys
import tempfile
import time

from simulated_home.charger import VARIANTS
from simulated_home.charger.variants import variants_help
from simulated_home.hass_client import HassClient
from simulated_home.hass_process import (
    RESTART_EXIT_CODE,
    HassError,
    HassProcess,
    free_port,
    is_free,
    prepare_config,
)

from .check import table, wait_for_following
from .dashboard import URL_PATH, install
from .forecast_check import forecast_table, wait_for_forecast
from .plan_check import plan_table, wait_for_plan
from .site import STATIONS, DevelopedHome, set_up

USERNAME = "developer"
PASSWORD = "developer"  # noqa: S105  printed, and of use on this machine only
_ROOT = Path(__file__).parents[2]
_USUAL_PORT = 8123
_USUAL_OCPP_PORT = 9016


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/develop",
        description=__doc__,
        epilog=variants_help(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--config", type=Path, help="its folder (config/; a check has its own)")
    parser.add_argument("--port", type=int, help="of its web interface (8123, if free)")
    parser.add_argument("--fresh", action="store_true", help="forget what was set up before")
    parser.add_argument(
        "--check",
        action="store_true",
        help="wait until both chargers follow their set-points, for a fresh plan and a learned "
        "forecast, report, stop",
    )
    parser.add_argument(
        "--variant",
        metavar="NAME[:CHARGER]",
        type=parse_variant,
        action="append",
        default=[],
        help="let a charger behave otherwise, driveway's where none is named; may be repeated",
    )
    return parser.parse_args()


def parse_variant(text: str) -> tuple[str, str]:
    """Return charger and variant of ``NAME`` or ``NAME:CHARGER``; raise ArgumentTypeError."""
    name, _, charger = text.partition(":")
    charger = charger or STATIONS[-1]
    if name not in VARIANTS:
        message = f"no variant {name}; --help lists them"
        raise argparse.ArgumentTypeError(message)
    if charger not in STATIONS:
        message = f"no charger {charger}; there are {' and '.join(STATIONS)}"
        raise argparse.ArgumentTypeError(message)
    return charger, name


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def _log_in_and_set_up(client: HassClient, variants: Mapping[str, str]) -> DevelopedHome:
    if await client.is_onboarded():
        await client.login(USERNAME, PASSWORD)
    else:
        await client.onboard(USERNAME, PASSWORD)
    await client.wait_until_running()
    ocpp_port = _USUAL_OCPP_PORT if is_free(_USUAL_OCPP_PORT) else free_port()
    home = await set_up(client, ocpp_port, variants)
    await install(client, home)
    return home


async def _check(client: HassClient, home: DevelopedHome) -> bool:
    report, followed, seconds = await wait_for_following(client, home)
    plan = await wait_for_plan(client, home)
    forecast = await wait_for_forecast(client, home)
    ok = followed and plan.ok and forecast.ok
    _say(table(report))
    _say(f"\n{plan_table(plan, home.chargers)}")
    _say(f"\n{forecast_table(forecast)}")
    told = {"plan": plan.as_dict(), "forecast": forecast.as_dict()}
    _say(json.dumps(report.as_dict(ok=ok, seconds=seconds) | told))
    return ok


async def _live(process: HassProcess) -> int:
    """Wait until Home Assistant ends; restart it when its user asks for that."""
    while (code := await process.wait()) == RESTART_EXIT_CODE:
        await process.start()
    return code


async def _run(arguments: argparse.Namespace, config_dir: Path) -> int:
    port = arguments.port or (
        _USUAL_PORT if is_free(_USUAL_PORT) and not arguments.check else free_port()
    )
    prepare_config(
        config_dir,
        port,
        {
            "loadstar": _ROOT / "custom_components" / "loadstar",
            "simulated_home": _ROOT / "simulated_home",
        },
    )
    process = HassProcess(config_dir, port)
    started_at = time.monotonic()
    try:
        await process.start()
        async with HassClient(process.url) as client:
            home = await _log_in_and_set_up(client, dict(arguments.variant))
            if arguments.check:
                return 0 if await _check(client, home) else 1
        _say(f"Home Assistant: {process.url}/{URL_PATH}")
        _say(f"Log in as {USERNAME}, password {PASSWORD}. Log: {process.console_log}")
        _say(f"Ready after {time.monotonic() - started_at:.0f} s. Ctrl-C stops it.")
        return await _live(process)
    finally:
        await process.stop()


async def _until_stopped(arguments: argparse.Namespace, config_dir: Path) -> int:
    """Run until done or told to stop, and leave nothing running."""
    run = asyncio.ensure_future(_run(arguments, config_dir))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, run.cancel)
    try:
        return await run
    except asyncio.CancelledError:
        _say("Stopped.")
        return 130 if arguments.check else 0
    except HassError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def main() -> int:
    """Run the command."""
    arguments = _arguments()
    own_folder = arguments.check and arguments.config is None
    if own_folder:
        config_dir = Path(tempfile.mkdtemp(prefix="loadstar-check-"))
    else:
        config_dir = (arguments.config or _ROOT / "config").resolve()
        if arguments.fresh:
            shutil.rmtree(config_dir, ignore_errors=True)
    code = asyncio.run(_until_stopped(arguments, config_dir))
    if own_folder and code == 0:
        shutil.rmtree(config_dir)
    elif own_folder:
        sys.stderr.write(f"The logs are kept in {config_dir}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
