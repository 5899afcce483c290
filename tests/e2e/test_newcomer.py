"""A newcomer adds Loadstar and a charger in a real browser."""

import asyncio
from collections.abc import AsyncIterator
import os
from pathlib import Path
import shutil

from playwright.async_api import Locator, Page, async_playwright
import pytest

from tests.e2e.home import GARAGE_KEY, PASSWORD, USER, Home, until

CHROMIUM_OPTIONS = (
    "--no-sandbox",  # for root, as on a build machine
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
# What the frontend says of a question that nobody answers any more: the page was left meanwhile.
LEFT = "disconnected"
# Where to keep the pictures that docs/ shows; nowhere in a plain run.
PICTURES = os.environ.get("LOADSTAR_PICTURES")


@pytest.fixture
async def page(home: Home) -> AsyncIterator[Page]:
    """Return a browser's page, logged in; errors in its console fail the test."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert chromium, "Chromium is missing: scripts/setup installs it"
    errors: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=list(CHROMIUM_OPTIONS)
        )
        page = await browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(home.process.url)
        await page.locator("input[name=username]").fill(USER)
        await page.locator("input[name=password]").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/home/**")
        yield page
        await browser.close()
    assert [error for error in errors if error != LEFT] == []


@pytest.mark.parametrize(
    "home", [pytest.param("ocpp", marks=pytest.mark.xdist_group("ocpp"))], indirect=True
)
async def test_a_newcomer_adds_a_site_and_a_charger_that_then_charges(
    home: Home, page: Page
) -> None:
    assert await home.client.entries("loadstar") == [], "the last one has been removed"
    await page.goto(f"{home.process.url}/config/integrations/dashboard")
    await page.get_by_text("Add integration").first.click()
    await page.get_by_placeholder("Search for a brand name").fill("Loadstar")
    await page.get_by_text("Loadstar", exact=True).last.click()
    await _add_site(home, page)
    await page.goto(f"{home.process.url}/config/integrations/integration/loadstar")
    await page.get_by_text("Add charger").first.click()
    await _add_garage(page)
    await until(lambda: home.garage.evse.current_a >= 6, patience_s=120, describe=home.garage.state)
    await _picture(page, "integration")
    assert home.log_faults() == []


async def _add_site(home: Home, page: Page) -> None:
    await _number(page).first.fill("25")
    await _picture(page, "add-site")
    await _press(page, "Next")
    for index, phase in enumerate("abc"):
        await page.locator("ha-entity-picker").nth(index).click()
        choices = page.locator("ha-picker-combo-box")
        await choices.locator("input").fill(f"grid_{phase}")
        await choices.get_by_text(f"grid {phase}", exact=True).click()
    await _picture(page, "add-meter")
    await _press(page, "Next")
    server = page.locator("ha-expansion-panel").filter(has_text="OCPP server")
    await server.click()
    await _number(server).last.fill(str(home.ocpp_port))
    await _text(server).last.fill("127.0.0.1")
    await _press(page, "Next")
    await _press(page, "Submit")  # without prices
    await _press(page, "Skip and finish")


async def _add_garage(page: Page) -> None:
    name, station_id, password = (_text(page).nth(index) for index in range(3))
    await name.fill("Garage")
    await station_id.fill("garage")
    await password.fill(GARAGE_KEY)
    await _picture(page, "add-charger")
    await _press(page, "Next")
    await _number(page).first.wait_for()
    await _press(page, "Next")
    await page.get_by_text("Connect the charger").wait_for()
    await _picture(page, "connect-charger")
    await _press(page, "Submit")
    await _press(page, "Finish")


def _number(page: Page | Locator) -> Locator:
    return page.locator("ha-selector-number input")


def _text(page: Page | Locator) -> Locator:
    return page.locator("ha-selector-text input")


async def _press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name).click()


async def _picture(page: Page, name: str) -> None:
    if PICTURES:
        await asyncio.sleep(1)  # let animations end
        await page.screenshot(path=Path(PICTURES) / f"{name}.png")
