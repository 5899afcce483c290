"""The picture of a report: what it shows, and that it can be read anywhere."""

from datetime import UTC, datetime
import json
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from custom_components.loadstar.commissioning import KeptReport, Words, draw, report_data
from custom_components.loadstar.commissioning.data import restored_report
from custom_components.loadstar.engine.commissioning import SiteReport
from custom_components.loadstar.engine.models import ConnectorStatus
from tests.unit.commissioning.bench import Bench, Point, car
from tests.unit.repository.files import LANGUAGES, leaves, translation

SVG = "{http://www.w3.org/2000/svg}"
NAMES = {"garage": "Garage", "carport": "Carport & <yard>", "guest": "A" * 90}


@pytest.fixture(scope="module")
def report() -> SiteReport:
    """Return a report with every kind of result."""
    points = (
        Point(),
        Point(charger_id="carport", wired="BCA", configured="ABC", car=car(1)),
        Point(charger_id="guest", car=None, session=None, status=ConnectorStatus.AVAILABLE),
    )
    return Bench(points=points, noise_a=0.2, disconnect=True).report()


def config(site: str = "Home") -> Any:
    """Return the part of a site's wiring that the picture names."""
    chargers = {key: SimpleNamespace(name=name) for key, name in NAMES.items()}
    return SimpleNamespace(name=site, chargers=chargers)


def words(language: str = "en") -> Words:
    """Return the words of a language as Home Assistant gives them."""
    texts = {
        ".".join(("component.loadstar", *path)): text
        for path, text in leaves(translation(language)).items()
    }
    return Words(texts)


def picture(report: SiteReport, words: Words | None = None) -> ET.Element:
    """Return the picture, parsed."""
    kept = KeptReport(at=datetime(2026, 11, 20, 8, 30, tzinfo=UTC), report=report, fingerprints={})
    drawn = draw(kept, config(), words or Words({}))
    assert draw(kept, config(), words or Words({})) == drawn, "the same each time"
    return ET.fromstring(drawn)  # noqa: S314  our own


def texts(svg: ET.Element) -> list[str]:
    """Return all that is written."""
    return [element.text or "" for element in svg.iter(f"{SVG}text")]


def marks(svg: ET.Element, kind: str) -> int:
    """Return how many round marks of a kind there are."""
    return sum(element.get("class") == kind for element in svg.iter(f"{SVG}circle"))


def test_each_charger_has_a_strip_per_phase_that_was_measured(report: SiteReport) -> None:
    svg = picture(report)
    assert len(list(svg.iter(f"{SVG}polyline"))) == 6
    steps = [it for it in svg.iter(f"{SVG}rect") if it.get("class") == "shade"]
    assert len(steps) % 3 == 0
    assert len(steps) >= 3 * (4 + 3), "three steps up each, and one for the cut"


def test_the_phases_that_should_have_moved_and_did_are_marked(report: SiteReport) -> None:
    svg = picture(report)
    assert marks(svg, "ring") == 3 + 1, "all of the garage, A of the carport"
    assert marks(svg, "good") == 3
    assert marks(svg, "bad") == 1, "B of the carport"


def test_everything_lies_on_the_paper(report: SiteReport) -> None:
    svg = picture(report)
    width, height = float(svg.get("width", 0)), float(svg.get("height", 0))
    paper = svg.find(f"{SVG}rect")
    assert paper is not None
    assert (paper.get("width"), paper.get("height")) == (svg.get("width"), svg.get("height"))
    for element in svg.iter(f"{SVG}text"):
        assert 0 < float(element.get("x", -1)) < width
        assert 0 < float(element.get("y", -1)) < height
    for line in svg.iter(f"{SVG}polyline"):
        for point in line.get("points", "").split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= width
            assert 0 <= y <= height


def test_it_has_colours_of_its_own_for_light_and_dark(report: SiteReport) -> None:
    style = picture(report).findtext(f"{SVG}style") or ""
    assert "prefers-color-scheme:dark" in style
    assert style.count("--paper:") == 2


def test_names_are_escaped_and_cut(report: SiteReport) -> None:
    written = texts(picture(report))
    assert "Carport & <yard>" in written
    assert all(len(text) < 60 for text in written)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_every_language(report: SiteReport, language: str) -> None:
    written = " ".join(texts(picture(report, words(language))))
    states = translation(language)["entity"]["sensor"]["commissioning"]["state_attributes"]
    assert states["note"]["state"]["no_car"] in written
    assert states["last_result"]["state"]["failed"] in written
    assert states["order"]["state"]["not_shown"] in written
    assert not {"not_shown", "no_car", "obedience_lag_s"} & set(written.split())
    assert "{" not in written


def test_without_words_it_shows_codes(report: SiteReport) -> None:
    written = " ".join(texts(picture(report)))
    assert "no_car" in written
    assert "phase_order" in written


def test_a_report_of_nothing_is_a_picture_too() -> None:
    points = (Point(connected=False),)
    assert len(texts(picture(Bench(points=points).report()))) >= 4


def test_a_report_survives_being_stored(report: SiteReport) -> None:
    assert restored_report(json.loads(json.dumps(report_data(report)))) == report


@pytest.mark.parametrize("broken", [{}, {"verdict": "perfect"}, {"chargers": None}])
def test_what_is_no_report_is_refused(report: SiteReport, broken: dict[str, object]) -> None:
    data = report_data(report) | broken if broken else {}
    with pytest.raises((KeyError, ValueError, TypeError)):
        restored_report(data)
