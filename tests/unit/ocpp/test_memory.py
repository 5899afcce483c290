"""What is remembered of a station over restarts."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.ocpp.charge_point import Identity
from custom_components.loadstar.ocpp.context import Context
from custom_components.loadstar.ocpp.fallback import found_fallback
from custom_components.loadstar.ocpp.ladder import found_rung
from custom_components.loadstar.ocpp.memory import StationMemory
from custom_components.loadstar.ocpp.rung import FallbackForm, Rung
from custom_components.loadstar.ocpp.seldom import Seldom
from custom_components.loadstar.ocpp.timing import Timing
from custom_components.loadstar.ocpp.transaction_ids import TransactionIds

ONE = Identity(vendor="Acme", model="One", firmware="1.0", serial="7")


class Notebook:
    """A store that counts what is written."""

    def __init__(self, stored: Any = None) -> None:
        """Begin with what was ``stored``."""
        self.data: dict[str, Any] = stored or {}
        self.writes = 0

    def load(self, _station_id: str) -> dict[str, Any]:
        """Return what was saved."""
        return self.data

    def save(self, _station_id: str, data: dict[str, Any]) -> None:
        """Keep it."""
        self.data = data
        self.writes += 1

    async def flush(self) -> None:
        """Have nothing to write."""


def remember(notebook: Notebook) -> StationMemory:
    """Return a station's memory, as after a restart."""

    def utcnow() -> datetime:
        return datetime(2027, 1, 15, tzinfo=UTC)

    context = Context(
        storage=notebook,
        clock=lambda: 0.0,
        utcnow=utcnow,
        timing=Timing(),
        transaction_ids=TransactionIds(utcnow),
        seldom=Seldom(lambda: 0.0),
    )
    return StationMemory("garage", context)


def test_findings_are_kept_by_connector_and_written_when_they_change() -> None:
    notebook = Notebook()
    memory = remember(notebook)
    memory.connector(1).put("rung", Rung.RELATIVE)
    memory.connector(1).put("rung", Rung.RELATIVE)
    memory.connector(2).put("fallback", FallbackForm.ABSOLUTE)
    assert notebook.writes == 2
    again = remember(notebook)
    assert found_rung(again.connector(1)) is Rung.RELATIVE
    assert found_fallback(again.connector(1)) is None
    assert found_fallback(again.connector(2)) is FallbackForm.ABSOLUTE
    again.connector(1).put("rung", None)
    again.connector(1).put("rung", None)
    assert notebook.writes == 3
    assert found_rung(remember(notebook).connector(1)) is None


@pytest.mark.parametrize(
    ("then", "another"),
    [
        (ONE, False),
        (Identity(vendor="Acme", model="One", firmware="1.0", serial="8"), False),
        (Identity(vendor="Acme", model="One", firmware="1.1", serial="7"), True),
        (Identity(vendor="Acme", model="One", serial="7"), True),
        (Identity(vendor="Acme", model="Two", firmware="1.0", serial="7"), True),
        (Identity(vendor="Ajax", model="One", firmware="1.0", serial="7"), True),
    ],
)
def test_findings_are_of_one_vendor_model_and_firmware(then: Identity, *, another: bool) -> None:
    notebook = Notebook()
    memory = remember(notebook)
    assert not memory.identify(ONE), "one that said nothing before is no other"
    finding = memory.connector(1)
    finding.put("rung", Rung.RELATIVE)
    assert memory.identify(then) is another
    for found in (finding, remember(notebook).connector(1)):
        assert found_rung(found) is (None if another else Rung.RELATIVE)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["identity", "connectors", "1", "x", "rung", "transactions"]),
                inner,
                max_size=4,
            )
        ),
    )
)
def test_a_store_that_makes_no_sense_is_begun_anew(stored: Any) -> None:
    memory = remember(Notebook(stored if isinstance(stored, dict) else {"connectors": stored}))
    finding = memory.connector(1)
    finding.put("rung", Rung.RELATIVE)
    assert found_rung(finding) is Rung.RELATIVE


def test_what_the_first_release_stored_is_read() -> None:
    transaction = {
        "transaction_id": 7,
        "connector_id": 1,
        "started": "2027-01-15T07:00:00+00:00",
        "id_tag": None,
        "meter_start_kwh": 1.5,
        "stamp": "2027-01-15T07:00:00Z",
    }
    stored = {
        "identity": {"vendor": "Acme", "model": "One", "firmware": "1.0", "serial": "7"},
        "configuration": {"NumberOfConnectors": "1"},
        "transactions": {"last_id": 7, "running": [transaction]},
    }
    memory = remember(Notebook(stored))
    assert memory.identity == ONE
    assert memory.key == {}
    assert memory.connector(1).dump() == {}
    running = memory.transactions.get(1)
    assert running is not None
    assert running.transaction_id == 7
    assert running.meter_start_kwh == 1.5
