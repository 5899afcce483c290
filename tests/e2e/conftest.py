"""One home for all end-to-end tests: starting a real Home Assistant takes its time."""

from collections.abc import AsyncIterator

import pytest

from tests.e2e.home import Home


@pytest.fixture(scope="session")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Home]:
    """Return a home with a site and two chargers with cars."""
    home = Home(tmp_path_factory.mktemp("hass"))
    try:
        await home.start()
        yield home
    finally:
        await home.stop()
