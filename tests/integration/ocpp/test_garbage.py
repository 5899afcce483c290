"""What a charger gets wrong is answered, and nobody else notices."""

import asyncio
import builtins
import io
import json
from typing import Any

from ocpp import messages
import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from custom_components.loadstar.ocpp import StationConfig

from .conftest import KEY, Site, booted, charger, dialled, eventually

# frames that have no message id to answer to
NO_ANSWER: list[str | bytes] = [
    "",
    "not json",
    "[",
    "[" * 30_000,
    '{"a":' * 10_000,
    "null",
    "17",
    "[]",
    "[2]",
    '["2","1","Heartbeat",{}]',
    '[2,17,"Heartbeat",{}]',
    '[2,"' + "i" * 1000 + '","Heartbeat",{}]',
    '[3,"unknown",{}]',
    '[4,"unknown","GenericError","",{}]',
    '[3,"unknown"]',
    '[9,"1","Heartbeat",{}]',
    b"\x00\xff\xfe",
    b'[2,"1","Heartbeat",{}]',
    "9" * 5000,
]

# frames and the error that answers them
ANSWERED = [
    ('[2,"1"]', "ProtocolError"),
    ('[2,"1","Heartbeat"]', "ProtocolError"),
    ('[2,"1","Heartbeat",{},{}]', "ProtocolError"),
    ('[2,"1",7,{}]', "FormationViolation"),
    ('[2,"1","Heartbeat",[]]', "FormationViolation"),
    ('[2,"1","MakeCoffee",{}]', "NotImplemented"),
    ('[2,"1","SetChargingProfile",{}]', "NotSupported"),
    ('[2,"1","BootNotification",{}]', "ProtocolError"),
    ('[2,"1","BootNotification",{"chargePointVendor":"a"}]', "ProtocolError"),
    (
        '[2,"1","BootNotification",{"chargePointVendor":1,"chargePointModel":"b"}]',
        "TypeConstraintViolation",
    ),
    ('[2,"1","StatusNotification",{"connectorId":1}]', "ProtocolError"),
    ('[2,"1","StatusNotification",{"connectorId":true,"status":"x"}]', "TypeConstraintViolation"),
    ('[2,"1","StartTransaction",{"connectorId":"1"}]', "TypeConstraintViolation"),
    ('[2,"1","MeterValues",{"connectorId":1,"meterValue":7}]', "TypeConstraintViolation"),
    ('[2,"1","StartTransaction",{"connectorId":99,"idTag":"a"}]', "PropertyConstraintViolation"),
    ('[2,"1","StatusNotification",{"connectorId":-1,"status":"x"}]', "PropertyConstraintViolation"),
    ('[2,"1","Authorize",{}]', "ProtocolError"),
    ('[2,"1","DataTransfer",{}]', "ProtocolError"),
]

# frames that are wrong in a way that does no harm
TOLERATED = [
    '[2,"1","BootNotification",{"chargePointVendor":"' + "v" * 500 + '","chargePointModel":"m"}]',
    '[2,"1","BootNotification",{"chargePointVendor":"\\ud800","chargePointModel":"\\u0000\\n"}]',
    '[2,"1","StatusNotification",{"connectorId":1,"status":"Dancing","errorCode":5}]',
    '[2,"1","StatusNotification",{"connectorId":1,"status":"Available","timestamp":"later"}]',
    '[2,"1","StatusNotification",{"connectorId":1,"status":"Available","timestamp":"0001-01-01T00:00:00+23:00"}]',
    '[2,"1","MeterValues",{"connectorId":1,"meterValue":[]}]',
    '[2,"1","MeterValues",{"connectorId":1,"meterValue":[7,{"sampledValue":[{"value":"NaN"}]}]}]',
    '[2,"1","MeterValues",{"connectorId":1,"meterValue":[{"sampledValue":[{"value":NaN}]}]}]',
    '[2,"1","StartTransaction",{"connectorId":7,"meterStart":Infinity,"idTag":[]}]',
    '[2,"1","StopTransaction",{"transactionId":7,"transactionData":{}}]',
    '[2,"1","MeterValues",{"connectorId":1,"meterValue":[],"transactionId":99999999999999999999}]',
    '[2,"1","MeterValues",{"connectorId":1,"meterValue":[],"transactionId":"7"}]',
    '[2,"1","Heartbeat",' + '{"a":' * 500 + "1" + "}" * 500 + "]",
    '[2,"\\ud800","Heartbeat",{}]',
]


async def exchange(site: Site, frame: str | bytes) -> list[Any]:
    """Send a frame as the garage; return every answer up to that of a last Heartbeat."""
    answers: list[Any] = []
    async with dialled(site) as raw:
        await raw.send(frame)
        await raw.send('[2,"last","Heartbeat",{}]')
        async with asyncio.timeout(3):
            async for message in raw:
                answer = json.loads(message)
                if answer[0] == 2:
                    continue  # our own questions
                if answer[1] == "last":
                    return answers
                answers.append(answer)
    raise AssertionError(answers)


@pytest.mark.parametrize("frame", NO_ANSWER, ids=lambda frame: repr(frame[:20]))
async def test_what_has_no_id_is_counted_and_left(site: Site, frame: str | bytes) -> None:
    await site.start()
    assert await exchange(site, frame) == []
    assert site.central.stations["garage"].frames_refused == 1


@pytest.mark.parametrize(("frame", "code"), ANSWERED)
async def test_what_has_an_id_is_answered_by_the_standards_error(
    site: Site, frame: str, code: str
) -> None:
    await site.start()
    [answer] = await exchange(site, frame)
    assert answer[:3] == [4, "1", code]
    assert len(answer) == 5
    assert site.central.stations["garage"].frames_refused == 1


@pytest.mark.parametrize("frame", TOLERATED, ids=lambda frame: frame[:60])
async def test_what_does_no_harm_is_accepted(site: Site, frame: str) -> None:
    await site.start()
    [answer] = await exchange(site, frame)
    assert answer[0] == 3


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b'[2,"1","Heartbeat",{"a":"' + b"x" * 70_000 + b'"}]', 1009),
        (b"\xff\xfe", 1007),  # no UTF-8
    ],
)
async def test_a_frame_that_websocket_forbids_closes_its_own_connection(
    site: Site, frame: bytes, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start()
    for _ in range(2):
        async with dialled(site) as raw:
            await raw.send(frame, text=True)
            with pytest.raises(ConnectionClosed) as caught:
                await raw.recv()
            assert caught.value.rcvd is not None
            assert caught.value.rcvd.code == code
        await eventually(lambda: not site.state.connected)
    assert caplog.text.count(f"garage: the connection ended: sent {code}") == 1
    async with charger(site):
        await eventually(lambda: site.state.connected)


async def pour(raw: ClientConnection) -> None:
    """Send more than anybody should, and read until the end."""
    for number in range(1000):
        await raw.send(f'[2,"{number}","Heartbeat",{{}}]')
    while True:
        await raw.recv()


async def test_a_flood_closes_its_own_connection(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start()
    site.attach(StationConfig(station_id="carport", password=KEY))
    async with charger(site, "carport") as quiet, dialled(site) as flood:
        with pytest.raises(ConnectionClosed) as caught:
            await pour(flood)
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1008
        await quiet.status("Available")
        assert site.connector("carport").state.status == "Available"
    assert "garage sends more messages than any charger needs" in caplog.text


async def test_another_charger_charges_on_undisturbed(site: Site) -> None:
    await site.start()
    site.attach(StationConfig(station_id="carport", password=KEY))
    frames = [*NO_ANSWER, *(frame for frame, _ in ANSWERED), *TOLERATED]
    assert len(frames) >= 20
    async with charger(site, "carport") as quiet:
        await booted(quiet)
        transaction_id = await quiet.begin(site.now)
        connector = site.connector("carport")
        for number, frame in enumerate(frames):
            await exchange(site, frame)
            current = 6.0 + number % 10
            assert await connector.async_set_current(current)
        assert connector.state.connected
        assert connector.state.transaction_id == transaction_id
        assert len(quiet.profiles("TxProfile")) == len(frames)
    assert site.central.stations["carport"].connections == 1
    assert site.central.stations["carport"].frames_refused == 0


@pytest.mark.parametrize(
    "answer",
    [
        '[3,"{id}",[]]',
        '[3,"{id}",{{}}]',
        '[3,"{id}",{{"status":7}}]',
        '[3,"{id}",{{"configurationKey":[1,{{"key":5}},{{"key":"NumberOfConnectors"}}]}}]',
        '[4,"{id}","MadeUpError","",{{}}]',
        '[4,"{id}","NotSupported"]',
    ],
)
async def test_a_charger_that_answers_nonsense_is_set_up_as_far_as_possible(
    site: Site, answer: str
) -> None:
    await site.start()
    async with dialled(site) as raw:
        await raw.send(
            '[2,"1","BootNotification",{"chargePointVendor":"a","chargePointModel":"b"}]'
        )
        asked: list[str] = []

        async def respond() -> None:
            async for message in raw:
                call = json.loads(message)
                if call[0] == 2:
                    asked.append(call[2])
                    await raw.send(answer.format(id=call[1]))

        responding = asyncio.create_task(respond())
        if answer.startswith("[3") and "[]" in answer:
            await eventually(lambda: site.central.stations["garage"].frames_refused > 0)
        else:
            await eventually(lambda: "TriggerMessage" in asked)
        assert site.state.connected
        responding.cancel()


async def test_no_file_is_opened_once_the_server_runs(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.start()
    opened: list[object] = []

    def spy(file: object, *_: Any, **__: Any) -> Any:
        opened.append(file)
        raise AssertionError(file)

    monkeypatch.setattr(messages, "_validators", {})  # the library reads schemas when it needs them
    monkeypatch.setattr(builtins, "open", spy)
    monkeypatch.setattr(io, "open", spy)
    asked: list[str] = []
    async with dialled(site) as raw:
        for frame in TOLERATED:
            await raw.send(frame)
        start = {"connectorId": 1, "idTag": "a", "meterStart": 0, "timestamp": site.now.iso()}
        await raw.send(json.dumps([2, "1", "StartTransaction", start]))

        async def respond() -> None:
            async for message in raw:
                call = json.loads(message)
                if call[0] == 2:
                    asked.append(call[2])
                    await raw.send(json.dumps([3, call[1], {"status": "Accepted"}]))

        responding = asyncio.create_task(respond())
        await eventually(lambda: "TriggerMessage" in asked)
        assert await site.connector().async_set_current(9.0)
        assert await site.connector().async_start("loadstar")
        assert await site.connector().async_stop()
        responding.cancel()
    assert opened == []


async def test_an_error_code_cannot_write_lines_of_its_own_into_the_log(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await site.start()
    async with dialled(site) as raw:
        await eventually(lambda: site.state.connected)

        async def respond() -> None:
            async for message in raw:
                call = json.loads(message)
                if call[0] == 2:
                    code = "No\nERROR all is lost" + "x" * 1000
                    await raw.send(json.dumps([4, call[1], code, "", {}]))

        responding = asyncio.create_task(respond())
        await site.central.release("garage")
        responding.cancel()
    (line,) = [r.getMessage() for r in caplog.records if "may still be in force" in r.getMessage()]
    assert "\n" not in line
    assert len(line) < 200
