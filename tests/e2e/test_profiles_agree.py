"""Two readings of the standard, in Python and in JavaScript, make the same of charging profiles."""

import asyncio
from collections.abc import Iterator
import json
import random
from typing import Any

from ocpp.charge_point import camel_to_snake_case

from simulated_home.charger import ChargingSpan, ProfileError, ProfileStore, parse_profile
from simulated_home.charger.clock import to_iso
from tests.e2e.node_charger import CLIENT, node

NOW = 1_800_000_000.0
TRANSACTION = ChargingSpan(start=NOW - 600.0, transaction_id=7)
LOOKS_S = range(-900, 4000, 45)
AHEAD_S = 3000
MAX_PERIODS, MAX_INSTALLED = 4, 6
SCRIPT = """
import { createInterface } from "node:readline";
import { Profiles } from "./profiles.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { installs, looks, transaction, aheadS, maxPeriods, maxInstalled } = JSON.parse(line);
  const profiles = new Profiles({ maxInstalled, maxPeriods, voltage: 230 });
  const answers = installs.map(([id, profile]) => profiles.install(id, profile, transaction));
  const limits = looks.map((at) => profiles.limitA(at * 1000, transaction));
  const periods = profiles.composite(looks[0] * 1000, aheadS, transaction, 16);
  const composite = periods.map(({ startPeriod, limit }) => [startPeriod, limit]);
  console.log(JSON.stringify({ answers, limits, composite }));
}
"""


async def test_both_clients_make_the_same_limits_of_random_profiles() -> None:
    chance = random.Random("profiles")
    cases = [list(random_installs(chance)) for _ in range(300)]
    for installs, theirs in zip(cases, await in_javascript(cases), strict=True):
        ours = in_python(installs)
        assert theirs == ours, json.dumps(installs)


def random_installs(chance: random.Random) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield a few connectors and profiles."""
    for _ in range(chance.randint(1, 5)):
        purpose = chance.choice(("ChargePointMaxProfile", "TxDefaultProfile", "TxProfile"))
        connector_id = 0 if purpose.startswith("ChargePoint") else chance.choice((0, 1, 1))
        yield connector_id, random_profile(chance, purpose)


def random_profile(chance: random.Random, purpose: str) -> dict[str, Any]:
    """Return a profile as it goes over the line."""

    def some_time() -> str:
        return to_iso(NOW + chance.randrange(-1200, 3000))

    def maybe(likely: float, **fields: Any) -> dict[str, Any]:
        return fields if chance.random() < likely else {}

    # what recurs before its first time the standard leaves open
    start_of = {"Absolute": some_time(), "Recurring": to_iso(NOW - chance.randrange(1200, 99999))}
    kind = chance.choice(("Absolute", "Relative", "Recurring"))
    starts = sorted({0, *(chance.randrange(1, 2400) for _ in range(chance.randint(0, 5)))})
    return {
        "chargingProfileId": chance.randint(1, 6),
        "stackLevel": chance.randint(0, 2),
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": kind,
        "chargingSchedule": {
            "chargingRateUnit": chance.choice("AW"),
            "chargingSchedulePeriod": [
                {"startPeriod": start, "limit": float(chance.randrange(0, 330)) / 10}
                | maybe(0.5, numberPhases=chance.randint(1, 3))
                for start in starts
            ],
        }
        | maybe(0.4, duration=chance.randrange(60, 3000))
        | (maybe(0.9, startSchedule=start_of[kind]) if kind != "Relative" else {}),
        **maybe(0.3, validFrom=some_time()),
        **maybe(0.4, validTo=some_time()),
        **(maybe(0.7, transactionId=chance.choice((7, 7, 8))) if purpose == "TxProfile" else {}),
        **(
            maybe(0.7, recurrencyKind=chance.choice(("Daily", "Weekly")))
            if kind == "Recurring"
            else {}
        ),
    }


def in_python(installs: list[tuple[int, dict[str, Any]]]) -> dict[str, Any]:
    """Return what the simulated charger answers and allows."""
    store = ProfileStore(max_installed=MAX_INSTALLED)
    answers = []
    for connector_id, data in installs:
        try:
            profile = parse_profile(connector_id, camel_to_snake_case(data), MAX_PERIODS)
            store.install(profile, TRANSACTION)
            answers.append("Accepted")
        except ProfileError:
            answers.append("Rejected")
    limits = [store.limit_a(NOW + look, 1, TRANSACTION) for look in LOOKS_S]
    composite = store.composite(NOW + LOOKS_S[0], AHEAD_S, 1, TRANSACTION, 16.0)
    return {"answers": answers, "limits": limits, "composite": [list(it) for it in composite]}


async def in_javascript(cases: list[list[tuple[int, dict[str, Any]]]]) -> list[dict[str, Any]]:
    """Return what the second client answers and allows."""
    common = {
        "looks": [NOW + look for look in LOOKS_S],
        "transaction": {"id": TRANSACTION.transaction_id, "startedAt": TRANSACTION.start * 1000},
        "aheadS": AHEAD_S,
        "maxPeriods": MAX_PERIODS,
        "maxInstalled": MAX_INSTALLED,
    }
    process = await asyncio.create_subprocess_exec(
        *(node(), "--input-type=module", "--eval", SCRIPT),
        cwd=CLIENT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    lines = "".join(json.dumps({**common, "installs": installs}) + "\n" for installs in cases)
    printed, _ = await asyncio.wait_for(process.communicate(lines.encode()), 30)
    return [json.loads(line) for line in printed.splitlines()]
