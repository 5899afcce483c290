"""A site's prices are asked for when that is due, kept meanwhile, and made of what is paid."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    async_fire_time_changed,
    mock_integration,
)

from custom_components.loadstar.engine.prices.types import (
    ExportPrice,
    GridTariff,
    PriceFormula,
    PricePeriod,
)
from custom_components.loadstar.planning_wiring import PriceConfig, SourceRef
from custom_components.loadstar.price_book import PriceBook, PriceMeans, PriceView

MIDNIGHT = datetime(2026, 1, 14, 23, tzinfo=UTC)  # in Stockholm, of a Thursday
NOW = MIDNIGHT + timedelta(hours=10)
UNTIL = NOW + timedelta(hours=48)
IMPORT = SourceRef(kind="list_attribute", entity_id="sensor.import", attribute="prices")
EXPORT = SourceRef(kind="list_attribute", entity_id="sensor.export", attribute="prices")
FORECAST = SourceRef(kind="list_attribute", entity_id="sensor.forecast", attribute="prices")
ACTION = SourceRef(kind="omie", options={"country": "es"})


def at(hours: float) -> datetime:
    return MIDNIGHT + timedelta(hours=hours)


def show(
    hass: HomeAssistant,
    entity_id: str,
    prices: Sequence[float | None],
    *,
    start: float = 0.0,
    unit: str = "SEK/kWh",
    **more: Any,
) -> None:
    """Set an entity with hours' prices."""
    rows = [{"start": at(start + hour), "price": price} for hour, price in enumerate(prices)]
    hass.states.async_set(entity_id, "0", {"prices": rows, "unit_of_measurement": unit, **more})


class Site:
    """A price book, and what it has told."""

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
        self.hass = hass
        self.freezer = freezer
        self.changes = 0
        self.now = NOW
        self.books: list[PriceBook] = []

    def open(self, jitter: float = 0.0, **config: Any) -> PriceBook:
        """Start a book."""
        book = PriceBook(self.hass, PriceConfig(**config), self._changed, lambda: jitter)
        book.start()
        self.books.append(book)
        return book

    def _changed(self) -> None:
        self.changes += 1

    async def pass_until(self, moment: datetime) -> None:
        """Let time pass, and what is due then happen."""
        self.now = moment
        self.freezer.move_to(moment)
        async_fire_time_changed(self.hass, moment)
        await self.settle()

    async def settle(self) -> None:
        await self.hass.async_block_till_done(wait_background_tasks=True)


@pytest.fixture
async def site(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> AsyncIterator[Site]:
    freezer.move_to(NOW)
    await hass.config.async_update(time_zone="Europe/Stockholm", currency="SEK")
    home = Site(hass, freezer)
    yield home
    for book in home.books:
        book.stop()


def price_at(periods: Sequence[PricePeriod], hours: float) -> float:
    """Return the price of a moment, which exactly one period must have."""
    (period,) = [one for one in periods if one.start <= at(hours) < one.end]
    return round(period.price_per_kwh, 6)


async def spin() -> None:
    """Let tasks run until they wait for something."""
    for _ in range(10):
        await asyncio.sleep(0)


def codes(view: PriceView) -> list[str]:
    return [warning.code for warning in view.warnings]


async def test_what_is_known_is_taxed_and_the_rest_is_estimated(
    hass: HomeAssistant, site: Site
) -> None:
    show(hass, "sensor.import", [hour / 10 for hour in range(24)])
    formula = PriceFormula(tax_per_kwh=0.5, vat_percent=25)
    view = await site.open(source=IMPORT, formula=formula).async_prices(NOW, UNTIL)
    assert view.import_periods[0].start == MIDNIGHT
    assert view.import_periods[-1].end == UNTIL
    assert price_at(view.import_periods, 10) == 1.875
    assert view.known_until == at(24)
    assert {one.estimated for one in view.import_periods if one.end <= at(24)} == {False}
    assert {one.estimated for one in view.import_periods if one.start >= at(24)} == {True}
    assert [one.price_per_kwh for one in view.spot] == [hour / 10 for hour in range(24)]
    assert view.currency == "SEK"
    assert view.warnings == ()


async def test_estimates_come_from_a_forecast_then_from_weekdays(
    hass: HomeAssistant, site: Site
) -> None:
    show(hass, "sensor.import", [0.1] * 24)
    show(hass, "sensor.forecast", [0.3] * 12, start=20)
    book = site.open(source=IMPORT, forecast=FORECAST, formula=PriceFormula(tax_per_kwh=1.0))
    means = PriceMeans(imported={(4, hour): 7.0 for hour in range(24)})
    view = await book.async_prices(NOW, UNTIL, means)
    assert [price_at(view.import_periods, hours) for hours in (23, 24, 31, 32, 47, 48)] == [
        1.1,
        1.3,  # the forecast is of spot prices: it is taxed too
        1.3,
        7.0,  # weekdays have been taxed already
        7.0,
        1.1,  # there is nothing about Saturdays
    ]


async def test_a_grid_tariff_cuts_hours_where_it_changes(hass: HomeAssistant, site: Site) -> None:
    show(hass, "sensor.import", [0.0] * 24)
    day = GridTariff(fee_per_kwh=0.4, from_time=datetime(2026, 1, 1, 6, 30).time())  # noqa: DTZ001
    view = await site.open(source=IMPORT, formula=PriceFormula(grid=(day,))).async_prices(
        NOW, UNTIL
    )
    assert [price_at(view.import_periods, hours) for hours in (6.25, 6.5, 23)] == [0.0, 0.4, 0.4]


@pytest.mark.parametrize(
    ("config", "earned"),
    [
        pytest.param({"export": ExportPrice.SAME}, (0.6, 0.6, True), id="as import costs"),
        pytest.param(
            {
                "export": ExportPrice.SPOT,
                "export_formula": PriceFormula(fee_per_kwh=-0.02),
            },
            (0.08, 0.08, True),
            id="spot less a fee",
        ),
        pytest.param(
            {
                "export": ExportPrice.SOURCE,
                "export_source": EXPORT,
                "export_formula": PriceFormula(factor=2.0),
            },
            (0.06, 0.06, True),
            id="a source of its own",
        ),
        pytest.param(
            {"export": ExportPrice.FIXED, "export_formula": PriceFormula(fixed_per_kwh=0.09)},
            (0.09, 0.09, False),
            id="fixed",
        ),
        pytest.param({}, (0.0, 0.0, False), id="nothing"),
    ],
)
async def test_export_earns_what_was_agreed(
    hass: HomeAssistant, site: Site, config: dict[str, Any], earned: tuple[float, float, bool]
) -> None:
    show(hass, "sensor.import", [0.1] * 24)
    show(hass, "sensor.export", [0.03] * 24)
    book = site.open(source=IMPORT, formula=PriceFormula(tax_per_kwh=0.5), **config)
    view = await book.async_prices(NOW, UNTIL)
    today, tomorrow, estimated = earned
    assert price_at(view.export_periods, 12) == today
    assert price_at(view.export_periods, 30) == tomorrow
    assert view.export_periods[-1].estimated is estimated
    assert (view.export_periods[0].start, view.export_periods[-1].end) == (MIDNIGHT, UNTIL)


async def test_a_spot_forecast_is_one_of_export_too(hass: HomeAssistant, site: Site) -> None:
    show(hass, "sensor.import", [0.1] * 24)
    show(hass, "sensor.forecast", [0.3] * 24, start=24)
    book = site.open(
        source=IMPORT, forecast=FORECAST, export=ExportPrice.SPOT, export_formula=PriceFormula()
    )
    means = PriceMeans(exported={(5, hour): 0.9 for hour in range(24)})
    view = await book.async_prices(NOW, UNTIL, means)
    assert [price_at(view.export_periods, hours) for hours in (23, 24, 48)] == [0.1, 0.3, 0.9]


async def test_a_fixed_price_needs_no_source_and_is_no_estimate(site: Site) -> None:
    view = await site.open(formula=PriceFormula(fixed_per_kwh=0.3, vat_percent=10)).async_prices(
        NOW, UNTIL
    )
    assert [(one.start, one.end, one.estimated) for one in view.import_periods] == [
        (MIDNIGHT, UNTIL, False)
    ]
    assert price_at(view.import_periods, 12) == 0.33
    assert (view.spot, view.warnings, view.known_until) == ((), (), UNTIL)


async def test_a_fixed_import_price_leaves_the_spot_price_to_export(
    hass: HomeAssistant, site: Site
) -> None:
    show(hass, "sensor.import", [0.1] * 24)
    view = await site.open(
        source=IMPORT,
        formula=PriceFormula(fixed_per_kwh=0.3),
        export=ExportPrice.SPOT,
        export_formula=PriceFormula(),
    ).async_prices(NOW, UNTIL)
    assert (price_at(view.import_periods, 12), price_at(view.export_periods, 12)) == (0.3, 0.1)


async def test_without_any_price_there_is_none_and_the_reason(site: Site) -> None:
    view = await site.open(source=IMPORT).async_prices(NOW, UNTIL)
    assert (view.import_periods, view.export_periods, view.known_until) == ((), (), None)
    assert [(one.code, one.data) for one in view.warnings] == [
        ("price_source_missing", {"source": "sensor.import"})
    ]


async def test_an_export_source_that_fails_earns_nothing_for_sure(
    hass: HomeAssistant, site: Site
) -> None:
    show(hass, "sensor.import", [0.1] * 24)
    view = await site.open(
        source=IMPORT,
        export=ExportPrice.SOURCE,
        export_source=EXPORT,
        export_formula=PriceFormula(),
    ).async_prices(NOW, UNTIL)
    assert view.export_periods == (PricePeriod(MIDNIGHT, UNTIL, 0.0, estimated=True),)
    assert codes(view) == ["price_source_missing"]


async def test_currencies_that_do_not_match_are_named(hass: HomeAssistant, site: Site) -> None:
    show(hass, "sensor.import", [0.1] * 24, unit="EUR/kWh")
    show(hass, "sensor.export", [0.1] * 24, unit="GBP/kWh")
    view = await site.open(
        source=IMPORT,
        export=ExportPrice.SOURCE,
        export_source=EXPORT,
        export_formula=PriceFormula(),
    ).async_prices(NOW, UNTIL)
    assert view.currency == "EUR"
    assert [(one.code, one.data) for one in view.warnings] == [
        ("price_currencies", {"currencies": "EUR, GBP"})
    ]


async def test_a_fault_of_the_list_is_named_with_its_source_until_it_is_over(
    hass: HomeAssistant, site: Site
) -> None:
    prices: list[float | None] = [0.1] * 24
    prices[3] = prices[15] = None
    show(hass, "sensor.import", prices)
    book = site.open(source=IMPORT)
    view = await book.async_prices(NOW, UNTIL)
    assert [(one.code, one.data) for one in view.warnings] == [
        (
            "price_gap",
            {"source": "sensor.import", "from": at(3), "until": at(16), "count": 2},
        )
    ]
    assert view.known_until == at(15)
    assert codes(await book.async_prices(at(17), UNTIL)) == []


async def test_an_entity_that_changes_brings_new_prices_at_once(
    hass: HomeAssistant, site: Site
) -> None:
    show(hass, "sensor.import", [0.1] * 24)
    book = site.open(source=IMPORT)
    assert (await book.async_prices(NOW, UNTIL)).known_until == at(24)
    show(hass, "sensor.import", [0.1] * 48)
    await site.settle()
    assert site.changes == 1
    assert (await book.async_prices(NOW, UNTIL)).known_until == at(48)


async def test_an_entity_that_changes_without_new_prices_tells_nobody(
    hass: HomeAssistant, site: Site
) -> None:
    show(hass, "sensor.import", [0.1] * 24)
    book = site.open(source=IMPORT)
    await book.async_prices(NOW, UNTIL)
    show(hass, "sensor.import", [0.1] * 24, icon="mdi:cash")
    show(hass, "sensor.import", [9.9] * 5 + [0.1] * 19)  # those hours are over
    await site.settle()
    assert site.changes == 0


async def test_an_entity_that_comes_late_is_seen(hass: HomeAssistant, site: Site) -> None:
    book = site.open(source=IMPORT)
    await book.async_prices(NOW, UNTIL)
    show(hass, "sensor.import", [0.1] * 24)
    await site.settle()
    assert site.changes == 1
    assert codes(await book.async_prices(NOW, UNTIL)) == []


async def test_the_last_good_prices_stay_while_a_source_fails(
    hass: HomeAssistant, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    show(hass, "sensor.import", [0.1] * 24)
    book = site.open(source=IMPORT)
    good = await book.async_prices(NOW, UNTIL)
    hass.states.async_set("sensor.import", STATE_UNAVAILABLE)
    await site.settle()
    view = await book.async_prices(NOW, UNTIL)
    assert view.import_periods == good.import_periods
    assert codes(view) == ["price_source_unavailable"]
    assert site.changes == 0
    assert "No prices of sensor.import" not in caplog.text  # once may happen
    for minutes in (1, 3, 8):
        await site.pass_until(NOW + timedelta(minutes=minutes, seconds=1))
    assert caplog.text.count("No prices of sensor.import: price_source_unavailable") == 1
    show(hass, "sensor.import", [0.1] * 24)
    await site.settle()
    assert codes(await book.async_prices(site.now, UNTIL)) == []
    assert caplog.text.count("There are prices of sensor.import again") == 1


async def test_what_was_known_beyond_a_shorter_answer_stays(
    hass: HomeAssistant, site: Site
) -> None:
    show(hass, "sensor.import", [0.1] * 48)
    book = site.open(source=IMPORT)
    await book.async_prices(NOW, UNTIL)
    show(hass, "sensor.import", [0.2] * 24)
    await site.settle()
    view = await book.async_prices(NOW, UNTIL)
    assert [price_at(view.import_periods, hours) for hours in (23, 24, 47)] == [0.2, 0.1, 0.1]
    assert view.known_until == at(48)


@pytest.mark.parametrize(
    ("prices", "start", "code"),
    [
        ([0.1] * 24, -48.0, "price_wrong_day"),
        ([None, None], 0.0, "price_no_list"),
        ([0.1], 0.0, "price_nothing_usable"),
    ],
)
async def test_prices_of_no_use_are_refused(
    hass: HomeAssistant, site: Site, prices: list[float | None], start: float, code: str
) -> None:
    show(hass, "sensor.import", prices, start=start)
    assert codes(await site.open(source=IMPORT).async_prices(NOW, UNTIL)) == [code]


async def test_a_kind_of_a_later_version_is_named(site: Site) -> None:
    book = site.open(source=SourceRef(kind="tea_leaves"))
    assert codes(await book.async_prices(NOW, UNTIL)) == ["price_source_unknown"]


class Market:
    """An action that answers with a day's prices, once that day is published."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.asked: list[str] = []
        self.published = {"2026-01-15": 0.1}
        self.gate: asyncio.Event | None = None
        hass.services.async_register(
            "omie", "get_prices_for_date", self.handle, supports_response=SupportsResponse.ONLY
        )

    async def handle(self, call: ServiceCall) -> Any:
        day = call.data["date"]
        self.asked.append(day)
        if self.gate is not None:
            await self.gate.wait()
        if day not in self.published:
            raise HomeAssistantError("no_data")
        start = datetime.fromisoformat(f"{day}T00:00:00+01:00")
        hour = timedelta(hours=1)
        return {
            "es": [
                {
                    "start": (start + n * hour).isoformat(),
                    "end": (start + (n + 1) * hour).isoformat(),
                    "price": self.published[day],
                }
                for n in range(24)
            ]
        }


async def test_an_action_is_asked_once_and_then_when_an_hour_has_passed(
    hass: HomeAssistant, site: Site
) -> None:
    market = Market(hass)
    book = site.open(source=ACTION)
    for minutes in (0, 15, 30, 45):
        view = await book.async_prices(NOW + timedelta(minutes=minutes), UNTIL)
        assert view.known_until == at(24)
    assert market.asked == ["2026-01-15", "2026-01-16"]
    await book.async_prices(NOW + timedelta(minutes=60), UNTIL)
    assert len(market.asked) == 4


async def test_an_action_is_asked_by_itself_when_nobody_else_does(
    hass: HomeAssistant, site: Site
) -> None:
    market = Market(hass)
    book = site.open(source=ACTION, jitter=40.0)
    await book.async_prices(NOW, UNTIL)
    await site.pass_until(NOW + timedelta(minutes=60, seconds=39))
    assert len(market.asked) == 2
    await site.pass_until(NOW + timedelta(minutes=60, seconds=41))
    assert len(market.asked) == 4
    assert site.changes == 0


async def test_tomorrow_is_asked_for_every_quarter_of_an_hour_once_it_is_due(
    hass: HomeAssistant, site: Site
) -> None:
    market = Market(hass)
    book = site.open(source=ACTION, jitter=10.0)
    await book.async_prices(at(12.5), UNTIL)
    for minutes in (1, 17, 33):
        await site.pass_until(at(13) + timedelta(minutes=minutes))
        assert site.changes == 0
    assert market.asked.count("2026-01-16") == 4
    market.published["2026-01-16"] = 0.5
    await site.pass_until(at(13) + timedelta(minutes=49))
    assert site.changes == 1
    view = await book.async_prices(at(13.8), UNTIL)
    assert price_at(view.import_periods, 30) == 0.5
    assert view.known_until == at(48)
    for minutes in (65, 81, 97):  # and no more, now that it is known
        await site.pass_until(at(13) + timedelta(minutes=minutes))
    assert market.asked.count("2026-01-16") == 5


async def test_two_who_ask_at_once_share_the_answer(hass: HomeAssistant, site: Site) -> None:
    market = Market(hass)
    market.gate = asyncio.Event()
    book = site.open(source=ACTION)
    both = [asyncio.create_task(book.async_prices(NOW, UNTIL)) for _ in range(2)]
    await spin()
    assert market.asked == ["2026-01-15"]  # and it has not answered yet
    market.gate.set()
    first, second = await asyncio.gather(*both)
    assert first == second
    assert market.asked == ["2026-01-15", "2026-01-16"]


async def test_a_change_while_it_is_being_asked_is_not_lost(
    hass: HomeAssistant, site: Site
) -> None:
    mock_integration(hass, MockModule("green_planet_energy"))
    entry = MockConfigEntry(domain="green_planet_energy")
    entry.add_to_hass(hass)
    sensor = er.async_get(hass).async_get_or_create(
        "sensor", "green_planet_energy", "1", config_entry=entry
    )
    price, gate = [0.1], asyncio.Event()

    async def answer(_call: ServiceCall) -> Any:
        row = {"start": NOW.isoformat(), "end": at(24).isoformat(), "price": price[-1]}
        await gate.wait()
        return {"prices": [row]}

    hass.services.async_register(
        "green_planet_energy", "get_prices", answer, supports_response=SupportsResponse.ONLY
    )
    book = site.open(source=SourceRef(kind="green_planet", entry_id=entry.entry_id))
    asking = asyncio.create_task(book.async_prices(NOW, UNTIL))
    await spin()
    price.append(0.2)
    hass.states.async_set(sensor.entity_id, "0.2")
    gate.set()
    await asking
    await site.settle()
    assert site.changes == 1
    assert price_at((await book.async_prices(NOW, UNTIL)).import_periods, 12) == 0.2


async def test_a_market_that_is_down_is_asked_again_sooner(hass: HomeAssistant, site: Site) -> None:
    market = Market(hass)
    market.published.clear()
    book = site.open(source=ACTION)
    assert codes(await book.async_prices(NOW, UNTIL)) == ["price_source_failed"]
    market.published["2026-01-15"] = 0.1
    await site.pass_until(NOW + timedelta(minutes=1, seconds=1))
    assert site.changes == 1
    assert codes(await book.async_prices(site.now, UNTIL)) == []
    asked = len(market.asked)
    await site.pass_until(NOW + timedelta(minutes=45))  # now that it is up, an hour will do
    assert len(market.asked) == asked


async def test_a_closed_book_asks_no_more(hass: HomeAssistant, site: Site) -> None:
    market = Market(hass)
    show(hass, "sensor.forecast", [0.3] * 24, start=24)
    book = site.open(source=ACTION, forecast=FORECAST)
    await book.async_prices(NOW, UNTIL)
    book.stop()
    show(hass, "sensor.forecast", [0.4] * 24, start=24)
    await site.pass_until(NOW + timedelta(hours=5))
    assert len(market.asked) == 2
    assert site.changes == 0
    # who asks all the same gets an answer, and leaves nothing behind
    await book.async_prices(site.now, UNTIL)
    await site.pass_until(NOW + timedelta(hours=10))
    assert len(market.asked) == 4


async def test_a_book_that_is_closed_while_it_asks_lets_go(hass: HomeAssistant, site: Site) -> None:
    market = Market(hass)
    book = site.open(source=ACTION)
    await book.async_prices(NOW, UNTIL)
    market.gate = asyncio.Event()
    moment = NOW + timedelta(hours=1, seconds=1)
    site.freezer.move_to(moment)
    async_fire_time_changed(hass, moment)
    await spin()
    assert len(market.asked) == 3
    book.stop()
    await site.settle()
    assert site.changes == 0


async def test_a_template_that_looks_elsewhere_is_followed(hass: HomeAssistant, site: Site) -> None:
    text = """
{% set price = states('sensor.b' if is_state('sensor.a', 'b') else 'sensor.a') | float %}
{{ [{'start': '2026-01-15T00:00+01:00', 'end': '2026-01-18T00:00+01:00', 'price': price}] }}
"""
    ref = SourceRef(kind="template", template=text, options={"unit": "SEK/kWh"})
    hass.states.async_set("sensor.a", "0.1")
    hass.states.async_set("sensor.b", "0.2")
    book = site.open(source=ref)
    for entity_id, state, paid, changes in (
        ("sensor.b", "0.25", 0.1, 0),  # which it does not look at yet
        ("sensor.a", "b", 0.25, 1),
        ("sensor.b", "0.3", 0.3, 2),
    ):
        hass.states.async_set(entity_id, state)
        await site.settle()
        assert price_at((await book.async_prices(NOW, UNTIL)).import_periods, 12) == paid
        assert site.changes == changes
