"""The small parts that everything else leans on."""

from functools import partial
import logging
from typing import Any

import pytest

from custom_components.loadstar.ocpp.authorisation import is_authorised
from custom_components.loadstar.ocpp.calm_log import CalmLogger
from custom_components.loadstar.ocpp.errors import (
    CallFailedError,
    CallRefusedError,
    CallTimeoutError,
    NotConnectedError,
    OvertakenError,
)
from custom_components.loadstar.ocpp.flood import BURST, MESSAGES_PER_S, FloodGuard
from custom_components.loadstar.ocpp.handshake import station_id_of
from custom_components.loadstar.ocpp.seldom import SILENCE_S, Seldom
from custom_components.loadstar.ocpp.silence import Silence
from custom_components.loadstar.ocpp.text import clean_text
from custom_components.loadstar.ocpp.types import Security, StationConfig
from custom_components.loadstar.ocpp.v16.capabilities import Capabilities


@pytest.mark.parametrize(
    ("value", "cleaned"),
    [
        ("Acme", "Acme"),
        ("  Acme\n", "Acme"),
        ("a\nb\x00c", "a b c"),
        ("\ud800x", "?x"),
        ("x" * 100, "x" * 64),
        ("", None),
        ("\n", None),
        (7, None),
        (None, None),
        (["a"], None),
    ],
)
def test_foreign_strings_are_fit_for_logs_and_stores(value: Any, cleaned: str | None) -> None:
    assert clean_text(value) == cleaned


@pytest.mark.parametrize(
    ("path", "station_id"),
    [
        ("/garage", "garage"),
        ("/a/b/garage/", "garage"),
        ("/garage?token=1#x", "garage"),
        ("/CP%201%2F2", "CP 1/2"),
        ("/", ""),
        ("", ""),
        ("//garage", "garage"),
        ("/garage#x", "garage"),
    ],
)
def test_the_id_is_the_last_segment_of_the_path(path: str, station_id: str) -> None:
    assert station_id_of(path) == station_id


def test_a_flood_is_what_goes_on_beyond_a_burst() -> None:
    now = 0.0
    guard = FloodGuard(lambda: now)
    assert all(guard.allows() for _ in range(int(BURST)))
    assert not guard.allows()
    now += 1.0
    assert sum(guard.allows() for _ in range(100)) == MESSAGES_PER_S
    now += 1e6
    assert sum(guard.allows() for _ in range(1000)) == BURST


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (NotConnectedError("Reset"), "connection lost before Reset was answered"),
        (CallTimeoutError("Reset", 15.0), "no answer to Reset within 15 s"),
        (CallRefusedError("Reset", "NotSupported"), "Reset refused with NotSupported"),
        (OvertakenError("Reset"), "Reset was overtaken before it was sent"),
    ],
)
def test_what_failed_is_said_in_words(error: CallFailedError, text: str) -> None:
    assert str(error) == text


@pytest.mark.parametrize(
    ("level", "message", "shown"),
    [
        (logging.ERROR, "opening handshake failed", logging.DEBUG),
        (logging.ERROR, "connection handler failed", logging.ERROR),
        (logging.INFO, "connection open", logging.DEBUG),
        (logging.WARNING, "anything", logging.DEBUG),
    ],
)
def test_the_websocket_library_speaks_up_for_our_own_errors_alone(
    caplog: pytest.LogCaptureFixture, level: int, message: str, shown: int
) -> None:
    caplog.set_level(logging.DEBUG)
    logger = CalmLogger(logging.getLogger("calm"))
    logger.log(level, message)
    logging.LoggerAdapter(logger, {"websocket": None}).log(level, message)
    assert [record.levelno for record in caplog.records] == [shown, shown]
    assert not logger.isEnabledFor(logging.DEBUG)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Basic Z2FyYWdlOnNlY3JldA==", True),  # garage:secret
        ("basic Z2FyYWdlOnNlY3JldA==", True),
        ("Basic Z2FyYWdlOlNlY3JldA==", False),  # garage:Secret
        ("Basic Z2FyYWdl", False),  # no colon
        ("Basic /////w==", False),  # no text
        ("Digest x", False),
        ("", False),
        (None, False),
    ],
)
def test_basic_needs_the_stations_own_name_and_key(header: str | None, *, expected: bool) -> None:
    station = StationConfig(station_id="garage", password="secret")
    assert is_authorised(station, header) is expected
    assert is_authorised(StationConfig(station_id="garage", security=Security.NONE), header)


def test_an_answer_adds_what_was_asked_for_and_leaves_garbage_out() -> None:
    first = Capabilities().with_answer(
        {
            "configurationKey": [
                {"key": "NumberOfConnectors", "readonly": True, "value": "2"},
                {"key": "Secret", "readonly": False, "value": "x"},
                {"key": "HeartbeatInterval", "readonly": False},
                {"key": 5, "value": "x"},
                None,
            ]
        }
    )
    second = first.with_answer(
        {"configurationKey": [{"key": "HeartbeatInterval", "value": "soon"}]}
    )
    assert second.values == {"NumberOfConnectors": "2", "HeartbeatInterval": "soon"}
    assert second.readonly == {"NumberOfConnectors"}
    assert second.number("NumberOfConnectors") == 2
    assert second.number("HeartbeatInterval") is None
    assert second.number("ChargingScheduleMaxPeriods") is None
    assert second.with_answer({"configurationKey": {}}) == second


def test_what_was_said_lately_is_for_debugging() -> None:
    now = 0.0
    seldom = Seldom(lambda: now)
    assert seldom.level("garage", "flood") == logging.WARNING
    assert seldom.level("garage", "flood") == logging.DEBUG
    assert seldom.level("garage", "second") == logging.WARNING
    assert seldom.level("carport", "flood") == logging.WARNING
    now = SILENCE_S
    assert seldom.level("garage", "flood") == logging.WARNING


def test_only_so_many_different_things_are_said() -> None:
    seldom = Seldom(lambda: 0.0, most=2)
    assert [seldom.level(name) for name in "abcab"] == [logging.WARNING] * 2 + [logging.DEBUG] * 3


def test_a_silence_is_said_once_and_lasts_after_three_times() -> None:
    now = 0.0
    silence = Silence(partial(Seldom(lambda: now).level, "garage"))
    heard = [(silence.goes_on(), silence.is_lasting) for _ in range(3)]
    assert heard == [(logging.WARNING, False), (logging.DEBUG, False), (logging.DEBUG, True)]
    silence.ends()
    assert (silence.goes_on(), silence.is_lasting) == (logging.DEBUG, False), "said just now"
    silence.ends()
    now = SILENCE_S
    assert silence.goes_on() == logging.WARNING
