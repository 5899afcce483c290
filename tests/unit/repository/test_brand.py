"""The images of the integration, in the sizes that Home Assistant's brands want."""

import struct

import pytest

from tests.unit.repository.files import INTEGRATION

BRAND = INTEGRATION / "brand"
PNG = b"\x89PNG\r\n\x1a\n"
WITH_ALPHA = 6


@pytest.mark.parametrize(("name", "side"), [("icon.png", 256), ("icon@2x.png", 512)])
def test_an_icon_is_square_and_of_the_right_size(name: str, side: int) -> None:
    assert size(name) == (side, side)


@pytest.mark.parametrize("prefix", ["", "dark_"])
def test_a_logo_is_wide_and_its_large_one_is_twice_as_large(prefix: str) -> None:
    width, height = size(f"{prefix}logo.png")
    assert width > height
    assert 128 <= height <= 256
    assert size(f"{prefix}logo@2x.png") == (2 * width, 2 * height)


def test_there_is_nothing_that_home_assistant_does_not_ask_for() -> None:
    names = {path.name for path in BRAND.iterdir()}
    kinds = ("icon", "logo", "dark_icon", "dark_logo")
    assert names <= {f"{kind}{suffix}.png" for kind in kinds for suffix in ("", "@2x")}


def size(name: str) -> tuple[int, int]:
    """Return the size of a PNG image, which must have transparency."""
    head = (BRAND / name).read_bytes()[:33]
    assert head.startswith(PNG)
    width, height, _, colour = struct.unpack(">IIBB", head[16:26])
    assert colour == WITH_ALPHA
    return width, height
