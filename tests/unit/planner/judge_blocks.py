"""Judges what runs in blocks, water heaters and deferrable loads, from the problem alone."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from custom_components.loadstar.engine.planner.solver.types import (
    BoolArray,
    BreachKind,
    FloatArray,
    KeplerDeferrable,
    KeplerInput,
    KeplerResult,
    KeplerWater,
)
from tests.unit.planner.judge import LIMIT_TOLERANCE, breached_in_all


def complaints_of_blocks(problem: KeplerInput, result: KeplerResult) -> list[str]:
    """Return what is wrong with the runs of water heaters and deferrable loads."""
    found: list[str] = []
    for water in problem.water_heaters:
        found += _water(water, problem.hours, result)
    for load in problem.deferrables:
        found += _deferrable(load, problem.hours, result)
    return found


def runs(on: BoolArray) -> list[tuple[int, int]]:
    """Return the first slot of each run and the one after its last."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], on.astype(int), [0]))))
    return [(int(first), int(end)) for first, end in zip(edges[::2], edges[1::2], strict=True)]


def _water(water: KeplerWater, hours: FloatArray, result: KeplerResult) -> Iterator[str]:
    energy, name = result.devices[water.load_id].charge_kwh, water.load_id
    most = water.power_kw * hours * water.allowed
    for slot in np.flatnonzero(energy > most + LIMIT_TOLERANCE):
        yield f"{name} takes {energy[slot]} kWh of {most[slot]} in slot {slot}"
    on = energy > LIMIT_TOLERANCE
    if not water.continuous:
        for slot in np.flatnonzero(on & (energy < most - LIMIT_TOLERANCE)):
            yield f"{name} runs at part of its power in slot {slot}"
        for first, end in runs(on):
            if (end - first) % water.block_slots:
                yield f"{name} runs from slot {first} to {end}: no blocks of {water.block_slots}"
        yield from _gaps(water, runs(on), result)
    needed = sum(max(0.0, d.energy_kwh - energy[d.first : d.end].sum()) for d in water.days)
    reported = breached_in_all(result, BreachKind.WATER, name)
    if abs(needed - reported) > LIMIT_TOLERANCE * 10:
        yield f"{name} misses {needed} kWh of its days, reported is {reported}"


def _gaps(water: KeplerWater, found: list[tuple[int, int]], result: KeplerResult) -> Iterator[str]:
    late = water.latest_first is not None and (not found or found[0][0] >= water.latest_first)
    longest = max((b[0] - a[1] for a, b in pairwise(found)), default=0)
    if water.longest_gap_slots is not None:
        late = late or longest > water.longest_gap_slots
    if late and not breached_in_all(result, BreachKind.WATER_GAP, water.load_id):
        yield f"{water.load_id} rests too long, runs are {found}"


def _deferrable(load: KeplerDeferrable, hours: FloatArray, result: KeplerResult) -> Iterator[str]:
    energy = result.devices[load.load_id].charge_kwh
    reported = breached_in_all(result, BreachKind.DEFERRABLE, load.load_id)
    found = runs(energy > LIMIT_TOLERANCE)
    if not found:
        if not reported:
            yield f"{load.load_id} does not run, and nothing says so"
        return
    if len(found) != 1 or found[0][0] not in load.starts or found[0][1] - found[0][0] != load.slots:
        yield f"{load.load_id} runs in {found}"
        return
    run = slice(*found[0])
    if not np.allclose(energy[run], load.power_kw * hours[run], atol=LIMIT_TOLERANCE):
        yield f"{load.load_id} runs with {energy[run]}"
    if reported:
        yield f"{load.load_id} runs whole, reported missing is {reported}"
