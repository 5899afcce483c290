"""The quality scale names every rule, and claims nothing that can be seen to be untrue."""

from pathlib import Path
import tomllib

import homeassistant.components
import pytest

from tests.unit.repository.files import INTEGRATION, ROOT, read_json, read_yaml, translation

RULES = read_yaml(INTEGRATION / "quality_scale.yaml")["rules"]


def status(rule: str) -> str:
    """Return what is claimed of a rule."""
    claim = RULES[rule]
    return claim if isinstance(claim, str) else str(claim["status"])


def test_it_names_the_rules_of_the_installed_home_assistant() -> None:
    (folder,) = homeassistant.components.__path__
    theirs = read_yaml(Path(folder) / "peblar" / "quality_scale.yaml")["rules"]
    assert set(RULES) == set(theirs)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_done_or_open_or_has_a_reason(rule: str) -> None:
    assert status(rule) in ("done", "todo", "exempt")
    if status(rule) == "exempt":
        assert len(RULES[rule]["comment"].strip()) > 20


def test_what_is_done_can_be_seen() -> None:
    english, icons = translation("en"), read_json(INTEGRATION / "icons.json")
    config_flow = (INTEGRATION / "config_flow.py").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    seen: dict[str, object] = {
        "action-setup": (INTEGRATION / "actions.py").exists(),
        "brands": (INTEGRATION / "brand" / "icon.png").exists(),
        "diagnostics": (INTEGRATION / "diagnostics.py").exists(),
        "entity-translations": english.get("entity"),
        "exception-translations": english.get("exceptions"),
        "icon-translations": icons.get("entity"),
        "integration-owner": read_json(INTEGRATION / "manifest.json")["codeowners"],
        "reconfiguration-flow": "async_step_reconfigure" in config_flow,
        "repair-issues": english.get("issues"),
        "strict-typing": project["tool"]["mypy"]["strict"],
    }
    assert [
        rule for rule, is_there in seen.items() if status(rule) == "done" and not is_there
    ] == []


@pytest.mark.parametrize("tier", ["bronze", "silver", "gold", "platinum"])
def test_the_manifest_claims_no_tier_before_its_rules_hold(tier: str) -> None:
    claimed = read_json(INTEGRATION / "manifest.json").get("quality_scale")
    assert claimed != tier or all(status(rule) != "todo" for rule in RULES)
