"""Chargers that Loadstar gives their key."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.loadstar.wiring import SiteConfig
from tests.integration.flows.driver import User
from tests.integration.flows.sites import charger, site

IDENTITY = {"name": "Carport", "station_id": "CARPORT-1", "hand_over_key": True}


async def added(hass: HomeAssistant, entry: Any, **answers: Any) -> User:
    """Add a charger that is given its key."""
    user = await User.adds(hass, entry, "charger")
    await user.submits(**(IDENTITY | answers))
    await user.submits()
    assert user.step == "connect_without_key"
    return user


@pytest.mark.parametrize("entered", [None, "", "   "])
async def test_a_key_is_made_where_none_was_entered(
    hass: HomeAssistant, entered: str | None
) -> None:
    entry = await site(hass)
    user = await added(hass, entry, password=entered)
    key = user.result["description_placeholders"]["key"]
    assert len(key) == 20
    await user.submits()
    (config,) = SiteConfig.from_entry(entry).chargers.values()
    assert config.hand_over_key
    assert config.password == key


async def test_a_key_that_was_entered_is_kept(hass: HomeAssistant) -> None:
    user = await added(hass, await site(hass), password="my-own-key-is-best")
    assert user.result["description_placeholders"]["key"] == "my-own-key-is-best"


async def test_a_bad_key_is_refused_all_the_same(hass: HomeAssistant) -> None:
    user = await User.adds(hass, await site(hass), "charger")
    await user.submits(**IDENTITY, password="short")
    assert "16 to 20" in user.reads("password")


async def test_without_protection_nothing_is_handed_over(hass: HomeAssistant) -> None:
    entry = await site(hass)
    user = await User.adds(hass, entry, "charger")
    await user.submits(**IDENTITY, security="none")
    await user.submits()
    assert user.step == "connect"
    await user.submits()
    (config,) = SiteConfig.from_entry(entry).chargers.values()
    assert not config.hand_over_key
    assert config.password is None


async def test_a_charger_from_before_is_not_given_its_key_unasked(hass: HomeAssistant) -> None:
    entry = await site(hass, charger())
    assert not SiteConfig.from_entry(entry).chargers["garage"].hand_over_key
    user = await User.changes(hass, entry, entry.subentries["garage"])
    assert user.shown["hand_over_key"] is False
