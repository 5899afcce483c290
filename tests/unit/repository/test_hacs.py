"""What HACS checks before it lists a repository."""

import re

from tests.unit.repository.files import INTEGRATION, ROOT, read_json

# https://www.hacs.xyz/docs/publish/start: everything else is refused
KEYS: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "content_in_root": bool,
    "country": (str, list),
    "filename": str,
    "hacs": str,
    "hide_default_branch": bool,
    "homeassistant": str,
    "persistent_directory": str,
    "render_readme": bool,
    "zip_release": bool,
}


def test_hacs_json_has_known_keys_of_the_right_type() -> None:
    content = read_json(ROOT / "hacs.json")
    assert content["name"] == "Loadstar"
    assert set(content) <= set(KEYS)
    assert all(isinstance(value, KEYS[name]) for name, value in content.items())


def test_it_asks_for_the_oldest_home_assistant_that_is_supported() -> None:
    assert read_json(ROOT / "hacs.json")["homeassistant"].startswith("2026.10.")


def test_a_zip_release_has_a_file_that_the_release_makes() -> None:
    content = read_json(ROOT / "hacs.json")
    assert content["zip_release"] is True
    release = (ROOT / ".github" / "workflows" / "release.yml").read_text()
    assert content["filename"].endswith(".zip")
    assert content["filename"] in release


def test_there_is_one_integration_with_a_readme_and_a_licence() -> None:
    found = [path.parent for path in (ROOT / "custom_components").glob("*/manifest.json")]
    assert found == [INTEGRATION]
    assert len((ROOT / "README.md").read_text()) > 500
    assert re.search(r"MIT License", (ROOT / "LICENSE").read_text(), re.IGNORECASE)
