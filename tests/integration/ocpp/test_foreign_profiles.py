"""Limits that other central systems have left are cleared, and ours are not."""

from dataclasses import replace
from typing import Any

from ocpp.exceptions import NotSupportedError
import pytest

from custom_components.loadstar.ocpp import ConnectorConfig, QuirkTable
from custom_components.loadstar.ocpp.quirks import parse_quirks

from .conftest import FAST, GARAGE, Site, booted, charger, eventually, hold

MAXIMUM = {"connector_id": 0, "charging_profile_purpose": "ChargePointMaxProfile"}
EVERYWHERE = {"connector_id": 0, "charging_profile_purpose": "TxDefaultProfile"}


def at(level: int, purpose: str = "TxDefaultProfile", connector_id: int = 1) -> dict[str, Any]:
    """Return what clears one level of a connector."""
    return {
        "connector_id": connector_id,
        "charging_profile_purpose": purpose,
        "stack_level": level,
    }


async def test_what_prevails_over_ours_is_cleared_once_per_connection(site: Site) -> None:
    await site.start()
    configuration = {"ChargeProfileMaxStackLevel": "4"}
    for _ in range(2):
        async with charger(site, configuration=configuration) as client:
            await booted(client)
            expected = [MAXIMUM, EVERYWHERE, at(4), at(1), at(2), at(3)]
            assert client.sent("ClearChargingProfile") == expected
            await booted(client)
            assert client.sent("ClearChargingProfile") == expected
            assert len(client.profiles("TxDefaultProfile")) in (1, 2), "one for each boot"


async def test_a_charger_that_clears_more_than_it_is_asked_gets_its_fallback_again(
    site: Site,
) -> None:
    await site.start()
    async with charger(site, foreign=True) as client:
        await booted(client)
        order = [name for name, _ in client.received if name.endswith("ChargingProfile")]
        assert (order[0], order[-1]) == ("SetChargingProfile", "SetChargingProfile")
        assert len(client.profiles("TxDefaultProfile")) == 2


async def test_a_running_transactions_other_limits_go_too(site: Site) -> None:
    await site.start()
    configuration = {"ChargeProfileMaxStackLevel": "2"}
    async with charger(site, configuration=configuration, gated="TxDefaultProfile") as client:
        client.gate.clear()
        await client.boot()
        await client.begin(site.now)
        client.gate.set()
        await eventually(lambda: len(client.sent("ClearChargingProfile")) == 6)
        assert client.sent("ClearChargingProfile")[2:] == [
            at(2),
            at(2, "TxProfile"),
            at(1),
            at(1, "TxProfile"),
        ]


@pytest.mark.parametrize(
    ("levels", "connectors", "count"), [("0", 1, 2), ("99", 1, 12), ("99", 2, 12), ("x", 1, 5)]
)
async def test_a_charger_is_asked_a_bounded_number_of_times(
    site: Site, levels: str, connectors: int, count: int
) -> None:
    await site.start()
    site.attach(GARAGE, *(ConnectorConfig(connector_id=number + 1) for number in range(connectors)))
    async with charger(site, configuration={"ChargeProfileMaxStackLevel": levels}) as client:
        await booted(client)
        await eventually(lambda: len(client.sent("TriggerMessage")) >= connectors)
        assert len(client.sent("ClearChargingProfile")) == count


async def test_a_refusal_does_not_keep_the_rest_from_being_cleared(site: Site) -> None:
    def refuse(**payload: Any) -> Any:
        client._note("ClearChargingProfile", payload)
        raise NotSupportedError

    await site.start()
    async with charger(site) as client:
        client.route_map["ClearChargingProfile"]["_on_action"] = refuse
        await booted(client)
        assert len(client.sent("ClearChargingProfile")) == 5
        assert site.state.fallback_installed


async def test_a_charger_that_does_not_answer_is_not_asked_on(site: Site) -> None:
    await site.start(replace(FAST, call_timeout_s=0.1))
    async with charger(site) as client:

        async def never(**payload: Any) -> None:
            client._note("ClearChargingProfile", payload)
            await client.gate.wait()

        client.gate.clear()
        client.gated = "nothing else"
        client.route_map["ClearChargingProfile"]["_on_action"] = never
        await booted(client)
        assert len(client.sent("ClearChargingProfile")) == 1
        # it may have cleared more than it was asked to, and its answer may have been lost
        assert len(client.profiles("TxDefaultProfile")) == 2
        client.gate.set()


async def test_our_own_forms_are_spared(site: Site) -> None:
    await site.start()

    def only(purpose: str, level: int) -> Any:
        def judge(payload: dict[str, Any]) -> str:
            profile = payload["cs_charging_profiles"]
            relative = profile["charging_profile_kind"] == "Relative"
            fallback = relative and profile["charging_profile_purpose"] == "TxDefaultProfile"
            wanted = (profile["charging_profile_purpose"], profile["stack_level"])
            return "Accepted" if fallback or wanted == (purpose, level) else "Rejected"

        return judge

    for purpose, level, spared in (
        ("TxDefaultProfile", 1, at(1)),
        ("ChargePointMaxProfile", 0, MAXIMUM),
    ):
        async with charger(site, judge=only(purpose, level)) as client:
            await client.boot(firmware_version=purpose)
            await eventually(lambda: site.state.fallback_installed)
            transaction_id = await client.begin(site.now)
            await hold(site)
            await client.end(site.now, transaction_id)
            site.now.seconds += 1
        await eventually(lambda: not site.state.connected)
        async with charger(site, judge=only(purpose, level)) as client:
            await client.boot(firmware_version=purpose)
            await eventually(lambda: len(client.sent("ClearChargingProfile")) >= 5)
            assert spared not in client.sent("ClearChargingProfile")


async def test_profiles_of_others_stay_where_a_charger_needs_them(site: Site) -> None:
    rule = {"sources": ["https://example.org"], "flags": {"keep_foreign_profiles": True}}
    site.quirks = QuirkTable(parse_quirks({"vendor": ["acme"], "rules": [rule]}))
    site.build()
    await site.start()
    async with charger(site) as client:
        await booted(client)
        assert client.sent("ClearChargingProfile") == []
