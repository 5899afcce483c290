"""Any list of prices can be read, once the user has seen what it was taken for."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
import math
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
import pytest

from custom_components.loadstar.engine.prices.types import RawPrice
from custom_components.loadstar.planning_wiring import SourceRef
from custom_components.loadstar.sources.prices import list_attribute, template
from custom_components.loadstar.sources.prices.detecting import as_rows, detect_keys
from custom_components.loadstar.sources.prices.reading import Keys
from custom_components.loadstar.sources.prices.registry import detect_all, price_source
from custom_components.loadstar.sources.types import Candidate, Prices, SourceError

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 1, 15, tzinfo=UTC)
ISO = ("2026-01-15T00:00:00+00:00", "2026-01-15T01:00:00+00:00")


def rows(start: str, price: str, end: str | None = None, /, **more: Any) -> list[dict[str, Any]]:
    """Return two hours under given keys."""
    return [
        {start: moment, price: 0.1, **more}
        | ({end: (START + timedelta(hours=hour + 1)).isoformat()} if end else {})
        for hour, moment in enumerate(ISO)
    ]


async def fetch(hass: HomeAssistant, ref: SourceRef) -> Prices:
    return await price_source(ref.kind).async_fetch(hass, ref, START, START + timedelta(days=3))


@pytest.mark.parametrize(
    ("given", "keys"),
    [
        (rows("start", "price", "end"), Keys("start", "price", "end")),
        (rows("start_time", "total"), Keys("start_time", "total")),
        (rows("startsAt", "total"), Keys("startsAt", "total")),
        (rows("from", "price", "till"), Keys("from", "price", "till")),
        (
            rows("valid_from", "value_inc_vat", "valid_to"),
            Keys("valid_from", "value_inc_vat", "valid_to"),
        ),
        (rows("time", "Price"), Keys("time", "Price")),
        (rows("hour", "price"), Keys("hour", "price")),
        (rows("datetime", "electricity_price"), Keys("datetime", "electricity_price")),
        # there is more in a row than its price
        (rows("start", "value", rank=3, hour=7, level="low"), Keys("start", "value")),
        (rows("start", "value", total=None), Keys("start", "value")),
        (rows("start", "value", end=None), Keys("start", "value")),
        (rows("date", "price", start="00:00 to 01:00"), Keys("date", "price")),
    ],
)
def test_keys_are_found_by_their_names_and_what_is_under_them(
    given: Sequence[Mapping[str, Any]], keys: Keys
) -> None:
    assert detect_keys(given, BERLIN) == keys


@pytest.mark.parametrize(
    "given",
    [
        [],
        [{}],
        [{"start": ISO[0]}],
        [{"price": 0.1}],
        [{"begin": ISO[0], "price": 0.1}],
        [{"start": ISO[0], "price": None}],
        [{"start": ISO[0], "price": "cheap"}],
        [{"start": ISO[0], "price": math.nan}],
        [{"start": 7, "price": 0.1}],
        [{"start": ISO[0], "price": 0.1}, {"price": 0.1}],
    ],
)
def test_without_both_nothing_is_found(given: Sequence[Mapping[str, Any]]) -> None:
    assert detect_keys(given, BERLIN) is None


@pytest.mark.parametrize(
    ("value", "count"),
    [([{"a": 1}], 1), (({"a": 1}, {"a": 2}), 2), ({ISO[0]: 0.1, ISO[1]: 0.2}, 2), ([], 0)],
)
def test_a_list_of_rows_or_a_map_of_times_can_be_read(value: object, count: int) -> None:
    found = as_rows(value)
    assert found is not None
    assert len(found) == count


@pytest.mark.parametrize("value", [None, "list", 5, [0.1, 0.2], [None], [{}, 1]])
def test_anything_else_is_no_list_of_rows(value: object) -> None:
    assert as_rows(value) is None


def add(hass: HomeAssistant, unit: str | None = "EUR/kWh", **attributes: Any) -> None:
    more = {"unit_of_measurement": unit} if unit else {}
    hass.states.async_set("sensor.market", "0.1", {"friendly_name": "Market", **attributes, **more})


MARKET = SourceRef(kind="list_attribute", entity_id="sensor.market", attribute="forecast")


async def test_a_list_is_found_shown_and_read(hass: HomeAssistant) -> None:
    add(hass, forecast=rows("start", "price"), curve=rows("time", "price"))
    assert list_attribute.list_attributes(hass, "sensor.market") == ["forecast", "curve"]
    assert list_attribute.list_attributes(hass, "sensor.nothing") == []
    assert detect_all(hass) == [Candidate(ref=MARKET, name="Market (forecast)")]


async def test_what_was_confirmed_is_kept_and_read_so_ever_after(hass: HomeAssistant) -> None:
    add(hass, unit="ct/kWh", forecast=rows("start", "price", "end", value=7))
    shown = list_attribute.preview(hass, MARKET)
    assert shown.keys == Keys("start", "price", "end")
    assert shown.options == {"start_key": "start", "end_key": "end", "price_key": "price"}
    assert [one.price for one in shown.prices] == [pytest.approx(0.001)] * 2
    chosen = {**shown.options, "price_key": "value"}  # the user knows better
    ref = SourceRef(
        kind="list_attribute", entity_id="sensor.market", attribute="forecast", options=chosen
    )
    prices = await fetch(hass, ref)
    assert [one.price for one in prices.prices] == [pytest.approx(0.07)] * 2
    assert list(price_source("list_attribute").watched(hass, ref)) == ["sensor.market"]


async def test_a_map_from_time_to_price_is_a_list_too(hass: HomeAssistant) -> None:
    add(hass, forecast={ISO[0]: 0.1, ISO[1]: 0.2})
    prices = await fetch(hass, MARKET)
    assert prices.prices == (
        RawPrice(START, None, 0.1),
        RawPrice(START + timedelta(hours=1), None, 0.2),
    )
    assert prices.currency == "EUR"


async def test_tomorrow_may_be_another_attribute(hass: HomeAssistant) -> None:
    today, tomorrow = rows("start", "price")
    ref = SourceRef(
        kind="list_attribute",
        entity_id="sensor.market",
        attribute="today",
        options={"attribute_tomorrow": "tomorrow"},
    )
    for later, count in ((None, 1), ([], 1), ([tomorrow], 2)):
        add(hass, today=[today], tomorrow=later)
        assert len((await fetch(hass, ref)).prices) == count


async def test_a_unit_that_the_user_names_takes_the_place_of_the_entity_s(
    hass: HomeAssistant,
) -> None:
    add(hass, unit=None, forecast=rows("start", "price"))
    assert detect_all(hass) == []
    with pytest.raises(SourceError, match="price_unit"):
        await fetch(hass, MARKET)
    ref = SourceRef(
        kind="list_attribute",
        entity_id="sensor.market",
        attribute="forecast",
        options={"unit": "SEK/MWh"},
    )
    prices = await fetch(hass, ref)
    assert prices.prices[0].price == pytest.approx(0.0001)
    assert prices.currency == "SEK"


@pytest.mark.parametrize(
    "attributes",
    [{}, {"forecast": None}, {"forecast": "soon"}, {"forecast": [1, 2]}, {"forecast": []}],
)
async def test_what_is_no_list_is_refused_by_name(
    hass: HomeAssistant, attributes: Mapping[str, Any]
) -> None:
    add(hass, **attributes)
    with pytest.raises(SourceError) as refused:
        await fetch(hass, MARKET)
    assert refused.value.warning.code == "price_no_list"
    assert refused.value.warning.data == {"source": "sensor.market.forecast"}


async def test_chosen_keys_of_an_empty_list_are_no_prices(hass: HomeAssistant) -> None:
    add(hass, forecast=[])
    ref = SourceRef(
        kind="list_attribute",
        entity_id="sensor.market",
        attribute="forecast",
        options={"start_key": "start", "price_key": "price"},
    )
    with pytest.raises(SourceError, match="price_no_list"):
        await fetch(hass, ref)


async def test_an_entity_that_is_gone_or_was_never_named_is_missing(hass: HomeAssistant) -> None:
    for ref in (MARKET, SourceRef(kind="list_attribute")):
        with pytest.raises(SourceError, match="price_source_missing"):
            await fetch(hass, ref)
    assert list(price_source("list_attribute").watched(hass, SourceRef(kind="x"))) == []


def templated(text: str | None, unit: str | None = "EUR/kWh") -> SourceRef:
    return SourceRef(kind="template", template=text, options={"unit": unit} if unit else {})


TWO_HOURS = (
    '[{"start": "2026-01-15T00:00:00+00:00", "price": 0.1},'
    ' {"start": "2026-01-15T01:00:00+00:00", "price": %s}]'
)
LOOP = """
{% set rows = namespace(all=[]) %}
{% for hour in state_attr('sensor.market', 'hours') %}
  {% set rows.all = rows.all + [{'start': hour.start.isoformat(), 'price': hour.price}] %}
{% endfor %}
{{ rows.all }}
"""


@pytest.mark.parametrize(
    ("text", "second"),
    [
        pytest.param(TWO_HOURS % "0.2", 0.2, id="a list"),
        pytest.param(TWO_HOURS % "null", None, id="json, with a price that is not known"),
        pytest.param(LOOP, 0.1, id="made of another list"),
    ],
)
async def test_a_template_yields_a_list(
    hass: HomeAssistant, text: str, second: float | None
) -> None:
    add(
        hass,
        hours=[{"start": START, "price": 0.1}, {"start": START + timedelta(hours=1), "price": 0.1}],
    )
    prices = await fetch(hass, templated(text))
    assert prices.prices == (
        RawPrice(START, None, 0.1),
        RawPrice(START + timedelta(hours=1), None, second),
    )
    assert template.preview(hass, templated(text)).keys == Keys("start", "price")


@pytest.mark.parametrize(
    ("ref", "code"),
    [
        (templated("{{ 5 }}"), "price_no_list"),
        (templated("[1, 2]"), "price_no_list"),
        (templated("soon"), "price_no_list"),
        (templated("[]"), "price_no_list"),
        (templated(None), "price_no_list"),
        (templated("{{ 1 / 0 }}"), "price_source_failed"),
        (templated("{{ nonsense("), "price_source_failed"),
        (templated(TWO_HOURS % "0.2", unit=None), "price_unit"),
    ],
)
async def test_a_template_that_yields_no_prices_is_refused(
    hass: HomeAssistant, ref: SourceRef, code: str
) -> None:
    with pytest.raises(SourceError) as refused:
        await fetch(hass, ref)
    assert refused.value.warning.code == code


async def test_a_template_watches_what_it_looks_at(hass: HomeAssistant) -> None:
    ref = templated("{{ states('sensor.b') }}{{ state_attr('sensor.a', 'list') }}")
    assert list(price_source("template").watched(hass, ref)) == ["sensor.a", "sensor.b"]
    assert list(price_source("template").watched(hass, templated(None))) == []
    assert list(price_source("template").watched(hass, templated("{{ nonsense("))) == []
