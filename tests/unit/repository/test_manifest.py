"""The manifest, as hassfest and HACS want it."""

import ast
from importlib.metadata import version
import tomllib

from homeassistant.const import Platform
from packaging.requirements import Requirement
import pytest

from tests.unit.repository.files import INTEGRATION, ROOT, modules, read_json

MANIFEST = read_json(INTEGRATION / "manifest.json")

# Parts of Home Assistant that are always there, by the list that hassfest has of them.
ALWAYS_THERE = {
    *(platform.value for platform in Platform),
    "diagnostics",
    "frontend",
    "homeassistant",
    "repairs",
    "system_health",
    "websocket_api",
}


def test_domain_and_name_come_first_and_the_rest_in_order() -> None:
    keys = list(MANIFEST)
    assert keys[:2] == ["domain", "name"]
    assert keys[2:] == sorted(keys[2:])


def test_it_says_what_hassfest_and_hacs_ask_of_a_custom_integration() -> None:
    required = {"codeowners", "config_flow", "documentation", "iot_class", "issue_tracker"}
    assert required | {"integration_type", "requirements", "version"} <= set(MANIFEST)
    assert MANIFEST["domain"] == INTEGRATION.name
    assert MANIFEST["config_flow"] is True
    assert (MANIFEST["integration_type"], MANIFEST["iot_class"]) == ("hub", "local_push")
    assert all(owner.startswith("@") for owner in MANIFEST["codeowners"])
    assert MANIFEST["documentation"].startswith("https://")
    assert MANIFEST["issue_tracker"].startswith("https://")


def test_its_version_is_that_of_the_engine() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert MANIFEST["version"] == project["version"]


@pytest.mark.parametrize("line", MANIFEST["requirements"])
def test_its_requirements_are_met_here(line: str) -> None:
    requirement = Requirement(line)
    assert not requirement.extras
    assert requirement.url is None
    assert requirement.specifier.contains(version(requirement.name))


def test_every_part_of_home_assistant_that_is_used_is_named() -> None:
    used = set()
    for _, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                parts = node.module.split(".")
                if parts[:2] == ["homeassistant", "components"]:
                    used |= {parts[2]} if len(parts) > 2 else {name.name for name in node.names}
    named = {*MANIFEST.get("dependencies", ()), *MANIFEST["after_dependencies"]}
    assert used - ALWAYS_THERE <= named
