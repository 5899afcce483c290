"""What energy costs and earns: asked for with a new site, and changed at any time."""

from typing import Any

from homeassistant.components.energy.data import async_get_manager
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.loadstar.const import DOMAIN
from custom_components.loadstar.engine.prices.types import ExportPrice
from custom_components.loadstar.planning_wiring import PriceConfig, SourceRef
from custom_components.loadstar.wiring import SiteConfig
from tests.integration.flows.driver import User
from tests.integration.flows.market import NORDPOOL, SPOT, TEMPLATE, add_nordpool, add_spot, rows
from tests.integration.flows.sites import SITE, charger, site

FOUND = f"nordpool_hacs|{NORDPOOL}"
NORDPOOL_REF = {"kind": "nordpool_hacs", "entity_id": NORDPOOL}
KEYS = {"start_key": "start", "end_key": "end", "value_key": "cost"}
LIST_REF = {
    "kind": "list_attribute",
    "entity_id": SPOT,
    "attribute": "rows",
    "options": {"start_key": "start", "end_key": "end", "price_key": "cost", "unit": "EUR/kWh"},
}


async def at_prices(hass: HomeAssistant) -> User:
    """Return a user who has wired a new site."""
    user = await User.adds_site(hass)
    await user.submits(main_breaker=25, phases="1")
    await user.submits(grid_a="sensor.grid_a")
    await user.submits()
    assert user.step == "prices"
    return user


async def changing(hass: HomeAssistant, **data: Any) -> tuple[ConfigEntry, User]:
    """Return a site, and a user who changes its prices."""
    entry = await site(hass, **data)
    return entry, await User.changes_site(hass, entry, "prices")


def prices(entry: ConfigEntry) -> PriceConfig:
    """Return a site's prices as planning sees them."""
    return SiteConfig.from_entry(entry).planning.prices


def options(user: User, field: str) -> list[str]:
    """Return the values that a choice offers."""
    schema = user.result["data_schema"].schema
    return [option["value"] for option in schema[field].config["options"]]


async def test_a_new_site_may_do_without_prices(hass: HomeAssistant) -> None:
    user = await at_prices(hass)
    assert options(user, "import_price") == ["list", "template", "fixed", "none"]
    assert user.shown["import_price"] == "none"
    result = await user.submits()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert not SiteConfig.from_entry(result["result"]).planning.has_prices
    assert not [name for name in result["data"] if name.startswith(("import_", "peak_"))]


async def test_a_source_that_is_here_is_offered_first(hass: HomeAssistant) -> None:
    add_nordpool(hass)
    user = await at_prices(hass)
    assert user.shown["import_price"] == FOUND
    await user.submits()
    assert user.step == "import_formula"
    await user.submits(import_fee=0.02, import_tax=0.05, import_vat=25)
    assert user.step == "export_formula"
    result = await user.submits(export_fixed=0.04)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["import_source"] == NORDPOOL_REF
    known = prices(result["result"])
    assert known.source == SourceRef(kind="nordpool_hacs", entity_id=NORDPOOL)
    assert (known.formula.fee_per_kwh, known.formula.tax_per_kwh) == (0.02, 0.05)
    assert (known.formula.vat_percent, known.formula.fixed_per_kwh) == (25, None)
    assert (known.export, known.export_formula.fixed_per_kwh) == (ExportPrice.FIXED, 0.04)


async def test_the_fixed_prices_of_the_energy_dashboard_are_offered(hass: HomeAssistant) -> None:
    manager = await async_get_manager(hass)
    grid = {"type": "grid", "stat_energy_from": "sensor.kwh", "cost_adjustment_day": 0}
    preferences: Any = {
        "energy_sources": [grid | {"number_energy_price": 0.31, "number_energy_price_export": 0.08}]
    }
    await manager.async_update(preferences)
    user = await at_prices(hass)
    assert user.shown["import_price"] == "fixed"
    await user.submits()
    assert user.shown["import_fixed"] == 0.31
    await user.submits()
    assert user.shown["export_fixed"] == 0.08
    result = await user.submits()
    assert prices(result["result"]).formula.fixed_per_kwh == 0.31


async def test_of_two_grids_no_price_is_offered(hass: HomeAssistant) -> None:
    manager = await async_get_manager(hass)
    grid = {"type": "grid", "stat_energy_from": "sensor.kwh", "cost_adjustment_day": 0}
    preferences: Any = {"energy_sources": [grid | {"number_energy_price": 0.3}] * 2}
    await manager.async_update(preferences)
    assert (await at_prices(hass)).shown["import_price"] == "none"


async def test_a_fixed_price_has_fees_by_time_and_no_spot_price(hass: HomeAssistant) -> None:
    entry, user = await changing(hass)
    await user.submits(import_price="fixed")
    assert {"import_factor", "price_forecast"}.isdisjoint(user.fields)
    kinds = user.result["data_schema"].schema["export_price"].config["options"]
    assert kinds == ["fixed", "same", "source"]
    rules = [
        {"fee": 0.09, "from": "07:00:00", "until": "22:00:00", "weekdays": ["mon", "fri"]},
        {"fee": 0.03, "months": ["1", "12"]},
    ]
    result = await user.submits(import_fixed=0.2, export_price="same", import_tariff=rules)
    assert result["reason"] == "reconfigure_successful"
    assert entry.data == SITE | {
        "import_fixed": 0.2,
        "import_fee": 0,
        "import_tax": 0,
        "import_vat": 0,
        "export_price": "same",
        "import_tariff": rules,
    }
    day, rest = prices(entry).formula.grid
    assert (day.fee_per_kwh, day.from_time.hour, day.until.hour) == (0.09, 7, 22)
    assert day.weekdays == {0, 4}
    assert day.months == frozenset(range(1, 13))
    assert (rest.months, rest.weekdays) == (frozenset({1, 12}), frozenset(range(7)))


@pytest.mark.parametrize(("language", "monday"), [("en", "Monday"), ("sl", "ponedeljek")])
async def test_days_within_a_row_have_their_names(
    hass: HomeAssistant, language: str, monday: str
) -> None:
    hass.config.language = language
    _, user = await changing(hass)
    await user.submits(import_price="fixed")
    rules = user.result["data_schema"].schema["grid_fees"].schema.schema["import_tariff"]
    first = rules.config["fields"]["weekdays"]["selector"].config["options"][0]
    assert first == {"value": "mon", "label": monday}


async def test_a_price_of_nothing_is_a_field_left_alone(hass: HomeAssistant) -> None:
    _, user = await changing(hass)
    await user.submits(import_price="fixed")
    await user.submits()
    assert user.reads("import_fixed") == "Enter what a kWh costs."
    await user.submits(import_tax=0.1, export_price="same")
    assert user.result["reason"] == "reconfigure_successful"


async def test_a_list_is_confirmed_key_by_key(hass: HomeAssistant) -> None:
    add_spot(hass)
    entry, user = await changing(hass)
    await user.submits(import_price="list")
    await user.submits(entity_id=SPOT, attribute="rows")
    assert user.step == "source_keys"
    words = user.result["description_placeholders"]
    assert (words["entity"], words["rows"]) == (SPOT, "24")
    assert '"cost": 0.0' in words["first"]
    assert user.shown == KEYS
    await user.submits(unit="EUR/kWh")
    await user.submits(export_price="same")
    assert entry.data["import_source"] == LIST_REF


async def test_a_list_with_keys_that_nobody_knows_is_confirmed_too(hass: HomeAssistant) -> None:
    add_spot(hass, rows("öre", start="ab", end="bis"))
    entry, user = await changing(hass)
    await user.submits(import_price="list")
    await user.submits(entity_id=SPOT, attribute="rows")
    assert user.shown == {}
    await user.submits(start_key="ab", value_key="öre", unit="ct/kWh")
    await user.submits(export_price="same")
    kept = {"start_key": "ab", "price_key": "öre", "unit": "ct/kWh"}
    assert entry.data["import_source"]["options"] == kept


async def test_tomorrow_may_have_an_attribute_of_its_own(hass: HomeAssistant) -> None:
    add_spot(hass, later=rows("cost"))
    entry, user = await changing(hass)
    await user.submits(import_price="list")
    await user.submits(entity_id=SPOT, attribute="rows", attribute_tomorrow="later")
    await user.submits(unit="EUR/kWh")
    await user.submits(export_price="same")
    assert entry.data["import_source"]["options"]["attribute_tomorrow"] == "later"
    again = await User.changes_site(hass, entry, "prices")
    await again.submits()
    assert again.shown["attribute_tomorrow"] == "later"


async def test_prices_by_time_need_no_keys(hass: HomeAssistant) -> None:
    add_spot(hass, {row["start"]: row["cost"] for row in rows()})
    entry, user = await changing(hass)
    await user.submits(import_price="list")
    await user.submits(entity_id=SPOT, attribute="rows")
    assert user.fields == {"unit"}
    await user.submits(unit="EUR/MWh")
    await user.submits(export_price="same")
    assert entry.data["import_source"]["options"] == {"unit": "EUR/MWh"}


@pytest.mark.parametrize(
    ("place", "field", "words"),
    [
        ((SPOT, "prices"), "attribute", "no such attribute. Its lists are: rows"),
        ((SPOT, "words"), "attribute", "no list of times and values. The entity's lists are: rows"),
        (("sensor.grid_a", "prices"), "attribute", "Its lists are: -"),
        (("sensor.gone", "rows"), "entity_id", "Not found in Home Assistant"),
        (("sensor.own", "rows"), "entity_id", "Loadstar's own values"),
    ],
)
async def test_a_list_that_is_not_there(
    hass: HomeAssistant, place: tuple[str, str], field: str, words: str
) -> None:
    add_spot(hass)
    own = er.async_get(hass).async_get_or_create("sensor", DOMAIN, "own", suggested_object_id="own")
    hass.states.async_set(own.entity_id, "1", {"rows": rows()})
    _, user = await changing(hass)
    await user.submits(import_price="list")
    await user.submits(entity_id=place[0], attribute=place[1])
    assert set(user.errors) == {field}
    assert words in user.reads(field)
    await user.submits(entity_id=SPOT, attribute="rows")
    assert user.step == "source_keys"


@pytest.mark.parametrize(
    ("listed", "answers", "field", "words"),
    [
        (rows, {}, "unit", "The unit is not known"),
        (rows, {"unit": "EUR/kWh", "value_key": "start"}, "value_key", "No times with numbers"),
        (
            lambda: rows(days_ago=3),
            {"unit": "EUR/kWh"},
            "value_key",
            "no values for today and tomorrow",
        ),
    ],
)
async def test_a_list_that_gives_no_prices(
    hass: HomeAssistant, listed: Any, answers: dict[str, str], field: str, words: str
) -> None:
    add_spot(hass, listed())
    _, user = await changing(hass)
    await user.submits(import_price="list")
    await user.submits(entity_id=SPOT, attribute="rows")
    await user.submits(**answers)
    assert set(user.errors) == {field}
    assert words in user.reads(field)
    add_spot(hass)
    await user.submits(unit="EUR/kWh", value_key="cost")
    assert user.step == "import_formula"


async def test_a_list_that_vanishes_meanwhile_is_asked_for_again(hass: HomeAssistant) -> None:
    add_spot(hass)
    _, user = await changing(hass)
    await user.submits(import_price="list")
    await user.submits(entity_id=SPOT, attribute="rows")
    hass.states.async_remove(SPOT)
    await user.submits(unit="EUR/kWh")
    assert user.step == "source_list"
    assert "Not found" in user.reads("entity_id")
    assert user.shown["attribute"] == "rows"


async def test_a_template_gives_prices(hass: HomeAssistant) -> None:
    add_spot(hass, rows("price"))
    entry, user = await changing(hass)
    await user.submits(import_price="template")
    await user.submits(template=TEMPLATE, unit="EUR/kWh")
    await user.submits(export_price="same")
    ref = {"kind": "template", "template": TEMPLATE, "options": {"unit": "EUR/kWh"}}
    assert entry.data["import_source"] == ref
    again = await User.changes_site(hass, entry, "prices")
    assert again.shown["import_price"] == "template"
    await again.submits()
    assert again.shown == {"template": TEMPLATE, "unit": "EUR/kWh"}


@pytest.mark.parametrize(
    ("answers", "field", "words"),
    [
        ({"template": "{{ 1 / 0 }}"}, "template", "The template fails: ZeroDivisionError"),
        ({"template": "{{ [] }}", "unit": "EUR/kWh"}, "template", "No times with numbers"),
        ({"template": "sun", "unit": "EUR/kWh"}, "template", "No times with numbers"),
        ({"template": TEMPLATE, "unit": None}, "unit", "The unit is not known"),
    ],
)
async def test_a_template_that_gives_no_prices(
    hass: HomeAssistant, answers: dict[str, str], field: str, words: str
) -> None:
    add_spot(hass, rows("price"))
    _, user = await changing(hass)
    await user.submits(import_price="template")
    await user.submits(**answers)
    assert set(user.errors) == {field}
    assert words in user.reads(field)
    await user.submits(template=TEMPLATE, unit="EUR/kWh")
    assert user.step == "import_formula"


async def test_a_forecast_and_an_export_price_have_sources_of_their_own(
    hass: HomeAssistant,
) -> None:
    add_nordpool(hass)
    add_spot(hass, rows("price"))
    entry, user = await changing(hass)
    await user.submits(import_price=FOUND)
    assert user.shown["price_forecast"] == "none"
    await user.submits(export_price="source", import_factor=1.1, price_forecast="list")
    await user.submits(entity_id=SPOT, attribute="rows")
    await user.submits(unit="EUR/kWh")
    assert user.step == "export_formula"
    assert options(user, "export_from") == [FOUND, "list", "template"]
    await user.submits(export_from="template", export_fee=-0.01)
    result = await user.submits(template=TEMPLATE, unit="EUR/MWh")
    assert result["reason"] == "reconfigure_successful"
    known = prices(entry)
    assert (known.source, known.forecast, known.export_source) == (
        SourceRef(kind="nordpool_hacs", entity_id=NORDPOOL),
        SourceRef(
            kind="list_attribute",
            entity_id=SPOT,
            attribute="rows",
            options={
                "start_key": "start",
                "end_key": "end",
                "price_key": "price",
                "unit": "EUR/kWh",
            },
        ),
        SourceRef(kind="template", template=TEMPLATE, options={"unit": "EUR/MWh"}),
    )
    assert known.formula.factor == 1.1
    assert known.export is ExportPrice.SOURCE
    assert known.export_formula.fee_per_kwh == -0.01
    assert known.export_formula.fixed_per_kwh is None
    again = await User.changes_site(hass, entry, "prices")
    assert again.shown["import_price"] == FOUND
    await again.submits()
    assert (again.shown["price_forecast"], again.shown["import_factor"]) == ("list", 1.1)
    await again.submits(price_forecast="none")
    assert again.shown["export_from"] == "template"
    await again.submits(export_from=FOUND)
    assert "forecast_source" not in entry.data
    assert entry.data["export_source"] == NORDPOOL_REF


async def test_exported_energy_may_earn_the_spot_price(hass: HomeAssistant) -> None:
    add_nordpool(hass)
    entry, user = await changing(hass)
    await user.submits(import_price=FOUND)
    await user.submits(export_price="spot")
    assert {"export_fixed", "export_from"}.isdisjoint(user.fields)
    await user.submits(export_factor=0.9, export_tariff=[{"fee": 0.01}])
    assert prices(entry).export is ExportPrice.SPOT
    assert prices(entry).export_formula.factor == 0.9
    again = await User.changes_site(hass, entry, "prices")
    await again.submits(import_price="fixed")
    assert again.shown["export_price"] == "fixed", "there is no spot price any more"


async def test_a_source_that_is_silent_is_refused_unless_it_is_in_use(hass: HomeAssistant) -> None:
    add_nordpool(hass)
    entry, user = await changing(hass)
    hass.states.async_set(NORDPOOL, "unavailable")
    await user.submits(import_price=FOUND)
    assert "It does not answer at present" in user.reads("import_price")
    add_nordpool(hass)
    await user.submits(import_price=FOUND)
    await user.submits(export_price="same")
    hass.states.async_remove(NORDPOOL)
    again = await User.changes_site(hass, entry, "prices")
    assert again.shown["import_price"] == FOUND
    await again.submits()
    await again.submits(import_vat=12)
    assert (entry.data["import_source"], entry.data["import_vat"]) == (NORDPOOL_REF, 12)


async def test_a_source_that_vanishes_meanwhile_is_refused(hass: HomeAssistant) -> None:
    add_nordpool(hass)
    _, user = await changing(hass)
    hass.states.async_remove(NORDPOOL)
    await user.submits(import_price=FOUND)
    assert "It does not answer at present" in user.reads("import_price")


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"peak_fee": -1}, "peak_tariff", "The fee per kW must be between 0 and 100000"),
        ({"peak_fee": 5, "peak_count": 40}, "peak_tariff", "between 1 and 31"),
        ({"peak_from": -1}, "peak_tariff", "between 0 and 23."),
        ({"peak_until": 25}, "peak_tariff", "between 1 and 24."),
        ({"peak_from": 20, "peak_until": 7}, "peak_tariff", "from 20 until 7"),
    ],
)
async def test_a_peak_tariff_that_cannot_be(
    hass: HomeAssistant, changes: dict[str, Any], field: str, words: str
) -> None:
    _, user = await changing(hass)
    await user.submits(**changes)
    assert set(user.errors) == {field}
    assert words in user.reads(field)
    fine = {"peak_fee": 5, "peak_count": 3, "peak_from": 7, "peak_until": 20}
    assert (await user.submits(**fine))["reason"] == "reconfigure_successful"


async def test_a_peak_tariff_is_kept_and_given_up(hass: HomeAssistant) -> None:
    entry, user = await changing(hass)
    await user.submits(
        peak_fee=4.5,
        peak_window="15",
        peak_count=3,
        peak_months=["11", "12"],
        peak_weekdays=["mon", "sun"],
        peak_from=7,
        peak_until=20,
    )
    tariff = SiteConfig.from_entry(entry).planning.peak_tariff
    assert tariff is not None
    assert (tariff.fee_per_kw, tariff.window_minutes, tariff.peaks_counted) == (4.5, 15, 3)
    assert (tariff.months, tariff.weekdays) == (frozenset({11, 12}), frozenset({0, 6}))
    assert (tariff.from_hour, tariff.until_hour) == (7, 20)
    again = await User.changes_site(hass, entry, "prices")
    assert again.shown["peak_window"] == "15"
    await again.submits(peak_fee=None)
    assert entry.data == SITE


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"import_vat": 250}, "import_vat", "between 0 and 100 %"),
        ({"import_fee": "nan"}, "import_fee", "between -1000 and 1000"),
        ({"import_tax": 1e9}, "import_tax", "between -1000 and 1000"),
        ({"import_factor": 0}, "more", "between 0.001 and 1000"),
        ({"import_tariff": [{"fee": 0.1}, {"fee": 5000}]}, "grid_fees", "The fee in row 2"),
        (
            {"import_tariff": [{"fee": 0.1, "from": "07:00:00", "until": "07:00:00"}]},
            "grid_fees",
            "The fee in row 1 ends as it begins",
        ),
    ],
)
async def test_costs_that_cannot_be(
    hass: HomeAssistant, changes: dict[str, Any], field: str, words: str
) -> None:
    add_nordpool(hass)
    _, user = await changing(hass)
    await user.submits(import_price=FOUND)
    await user.submits(**changes)
    assert set(user.errors) == {field}
    assert words in user.reads(field)
    fine = {"import_vat": 20, "import_fee": 0, "import_tax": 0, "import_factor": 1}
    await user.submits(**fine, import_tariff=None)
    assert user.step == "export_formula"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"export_fixed": -5000}, "export_fixed", "between -1000 and 1000"),
        ({"export_factor": -1}, "export_terms", "between 0.001 and 1000"),
        ({"export_fee": "inf"}, "export_terms", "between -1000 and 1000"),
        ({"export_tax": 2e3}, "export_terms", "between -1000 and 1000"),
        ({"export_vat": -1}, "export_terms", "between 0 and 100 %"),
        ({"export_tariff": [{"fee": "nan"}]}, "export_terms", "The fee in row 1"),
    ],
)
async def test_earnings_that_cannot_be(
    hass: HomeAssistant, changes: dict[str, Any], field: str, words: str
) -> None:
    _, user = await changing(hass)
    await user.submits(import_price="fixed")
    await user.submits(import_fixed=0.3)
    await user.submits(**changes)
    assert set(user.errors) == {field}
    assert words in user.reads(field)
    fine = {"export_fixed": 0, "export_factor": 1, "export_fee": 0, "export_tax": 0}
    result = await user.submits(**fine, export_vat=0, export_tariff=None)
    assert result["reason"] == "reconfigure_successful"


async def test_a_fixed_price_beyond_reason_is_refused(hass: HomeAssistant) -> None:
    _, user = await changing(hass)
    await user.submits(import_price="fixed")
    await user.submits(import_fixed=1e6)
    assert "between -1000 and 1000" in user.reads("import_fixed")


async def test_prices_outlive_a_change_of_the_wiring_and_the_wiring_one_of_prices(
    hass: HomeAssistant,
) -> None:
    entry, user = await changing(hass)
    await user.submits(import_price="fixed", peak_fee=3)
    await user.submits(import_fixed=0.25, export_price="same")
    before = dict(entry.data)
    wiring = await User.changes_site(hass, entry)
    await wiring.submits(main_breaker=32)
    await wiring.submits()
    await wiring.submits()
    assert entry.data == before | {"main_breaker": 32}
    again = await User.changes_site(hass, entry, "prices")
    await again.submits(import_price="none", peak_fee=None)
    assert entry.data == SITE | {"main_breaker": 32}


async def test_prices_of_a_site_that_was_removed_meanwhile_are_changed_no_more(
    hass: HomeAssistant,
) -> None:
    entry = await site(hass, charger())
    user = await User.changes_site(hass, entry, "prices")
    await hass.config_entries.async_remove(entry.entry_id)
    assert (await user.submits())["reason"] == "removed"
