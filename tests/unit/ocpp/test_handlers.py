"""Whatever a charger says is answered or refused, and nothing else happens."""

import contextlib
from datetime import UTC, datetime
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ocpp.exceptions import OCPPError
from ocpp.messages import Call, CallError, CallResult

from custom_components.loadstar.ocpp.context import Context
from custom_components.loadstar.ocpp.frames import Garbage, parse_frame
from custom_components.loadstar.ocpp.seldom import Seldom
from custom_components.loadstar.ocpp.station import Station
from custom_components.loadstar.ocpp.timing import Timing
from custom_components.loadstar.ocpp.transaction_ids import TransactionIds
from custom_components.loadstar.ocpp.types import ConnectorConfig, StationConfig
from custom_components.loadstar.ocpp.v16.handlers import Handlers

ACTIONS = [
    "Authorize",
    "BootNotification",
    "DataTransfer",
    "Heartbeat",
    "MeterValues",
    "StartTransaction",
    "StatusNotification",
    "StopTransaction",
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 70),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["Available", "Charging", "Preparing", "2027-01-15T08:00:00Z", "\ud800"]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = [
    "chargePointModel",
    "chargePointVendor",
    "connectorId",
    "errorCode",
    "idTag",
    "meterStart",
    "meterStop",
    "meterValue",
    "status",
    "timestamp",
    "transactionData",
    "transactionId",
    "vendorId",
]
SAMPLES = st.lists(
    st.fixed_dictionaries(
        {"value": SCALARS},
        optional={
            "measurand": st.one_of(st.just("Current.Import"), JSON),
            "phase": st.one_of(st.just("L1"), JSON),
            "unit": st.one_of(st.just("A"), JSON),
            "format": JSON,
            "location": JSON,
        },
    ),
    max_size=3,
)
METER_VALUES = st.lists(
    st.fixed_dictionaries({"timestamp": SCALARS, "sampledValue": st.one_of(SAMPLES, JSON)}),
    max_size=2,
)
MESSAGES = st.one_of(
    st.tuples(
        st.sampled_from(ACTIONS),
        st.dictionaries(st.sampled_from(FIELDS), st.one_of(JSON, METER_VALUES), max_size=7),
    ),
    st.tuples(
        st.just("MeterValues"),
        st.fixed_dictionaries(
            {"connectorId": st.just(1), "meterValue": METER_VALUES},
            optional={"transactionId": st.integers()},
        ),
    ),
)


# machines that are busy with something else are slow
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Strict:
    """A store that takes what Home Assistant's can write."""

    def load(self, _station_id: str) -> dict[str, Any]:
        """Return nothing."""
        return {}

    def save(self, _station_id: str, data: dict[str, Any]) -> None:
        """Insist on UTF-8 and 64 bits."""
        json.dumps(data, ensure_ascii=False, allow_nan=False).encode()
        for item in data["transactions"]["running"]:
            assert item["transaction_id"] < 2**31

    async def flush(self) -> None:
        """Have nothing to write."""


@PATIENT
@given(st.lists(MESSAGES, max_size=8))
def test_any_message_is_answered_or_refused(messages: list[tuple[str, dict[str, Any]]]) -> None:
    context = Context(
        storage=Strict(),
        clock=lambda: 0.0,
        utcnow=lambda: datetime(2027, 1, 15, 8, tzinfo=UTC),
        timing=Timing(),
        transaction_ids=TransactionIds(lambda: datetime(2027, 1, 15, 8, tzinfo=UTC)),
        seldom=Seldom(lambda: 0.0),
    )
    station = Station(StationConfig(station_id="garage"), context)
    station.attach(station.config, [ConnectorConfig()], lambda *_: None)
    handlers = Handlers(station, lambda: None, lambda _: None)
    for action, payload in messages:
        with contextlib.suppress(OCPPError):
            handlers.answer(action, payload)
    assert station.clock.now() is not None


@PATIENT
@given(st.one_of(st.text(), st.binary(), JSON.map(json.dumps)))
def test_any_frame_is_a_message_or_garbage(raw: str | bytes) -> None:
    assert isinstance(parse_frame(raw), Call | CallResult | CallError | Garbage)


@PATIENT
@given(st.lists(JSON, max_size=6).map(lambda items: json.dumps([2, *items])))
def test_a_call_that_is_wrong_is_answered_where_it_has_an_id(raw: str) -> None:
    parsed = parse_frame(raw)
    unique_id = json.loads(raw)[1] if len(json.loads(raw)) > 1 else None
    if isinstance(unique_id, str):
        assert isinstance(parsed, Call) or (
            isinstance(parsed, Garbage)
            and parsed.answer is not None
            and parsed.answer.unique_id == unique_id
        )
    else:
        assert parsed == Garbage()
