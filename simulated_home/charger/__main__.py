"""Run one charger: JSON lines of its state come out, commands go in.

Commands, one a line: ``plug``, ``unplug``, ``speed 20``, ``skip 130``, ``drop``, ``state``.
"""

import argparse
import asyncio
import contextlib
import json
import signal
import sys
import threading
from typing import Any

from loadstar_engine.simulation import Car, CarConfig, EvseConfig

from .charger import Charger, ChargerConfig
from .metering import MeterConfig
from .station import StationConfig
from .variants import VARIANTS, variants_help


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="simulated_home.charger",
        description=__doc__,
        epilog=variants_help(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--url", required=True, help="central system, as ws://127.0.0.1:9016")
    parser.add_argument("--id", required=True, help="charge point id")
    parser.add_argument("--password", help="key for Basic authentication; without: none")
    parser.add_argument("--rotation", default="ABC", help="site phases behind L1, L2, L3")
    parser.add_argument("--max-current", type=float, default=16.0)
    parser.add_argument("--no-free-vend", action="store_true", help="wait for a remote start")
    parser.add_argument("--unplugged", action="store_true", help="begin without the car")
    parser.add_argument("--car-phases", type=int, default=3)
    parser.add_argument("--car-soc", type=float, default=40.0)
    parser.add_argument("--car-reaction", type=float, default=1.0)
    parser.add_argument("--car-draw-factor", type=float, default=1.0)
    parser.add_argument("--reaction", type=float, default=0.5)
    parser.add_argument("--noise", type=float, default=0.05, help="of the meter, in A")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--variant", metavar="NAME", choices=VARIANTS, default="obedient")
    return parser.parse_args()


def _charger(arguments: argparse.Namespace) -> Charger:
    return Charger(
        ChargerConfig(
            url=arguments.url,
            password=arguments.password,
            station=StationConfig(
                station_id=arguments.id,
                free_vend=not arguments.no_free_vend,
                meter=MeterConfig(noise_a=arguments.noise, seed=arguments.seed),
            ),
            evse=EvseConfig(
                evse_id=arguments.id,
                max_current_a=arguments.max_current,
                phase_rotation=arguments.rotation,
                reaction_s=arguments.reaction,
            ),
            variant=arguments.variant,
        )
    )


def _say(state: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(state) + "\n")
    sys.stdout.flush()


async def _say_changes(charger: Charger) -> None:
    said: dict[str, Any] = {}
    while True:
        state = charger.state()
        if any(state[key] != said.get(key) for key in state if key != "energy_wh"):
            said = state
            _say(state)
        await asyncio.sleep(0.2)


async def _obey(charger: Charger, car: Car) -> None:
    """Follow the commands until the input ends; the charger lives on without them."""
    lines: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line)

    # a thread that may be left behind while it waits for a line
    threading.Thread(target=read, daemon=True).start()
    while True:
        await _follow(await lines.get(), charger, car)


async def _follow(line: str, charger: Charger, car: Car) -> None:
    match line.split():
        case ["plug"]:
            charger.plug(car)
        case ["unplug"]:
            charger.unplug()
        case ["speed", factor]:
            charger.clock.set_speed(float(factor))
        case ["skip", seconds]:
            charger.clock.skip(float(seconds))
        case ["drop"]:
            await charger.connection.drop()
        case ["state"]:
            _say(charger.state())
        case _:
            sys.stderr.write(f"unknown command: {line}")


async def _main(arguments: argparse.Namespace) -> None:
    charger = _charger(arguments)
    car = Car(
        CarConfig(
            phases=arguments.car_phases,
            soc_percent=arguments.car_soc,
            reaction_s=arguments.car_reaction,
            draw_factor=arguments.car_draw_factor,
        )
    )
    if not arguments.unplugged:
        charger.plug(car)
    tasks = asyncio.gather(charger.run(), _say_changes(charger), _obey(charger, car))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, tasks.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await tasks


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main(_arguments()))
