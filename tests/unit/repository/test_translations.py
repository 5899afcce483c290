"""Every text in every language, none missing and none that nobody shows."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
import re

import pytest

from custom_components.loadstar.engine.buffer import BufferReason
from custom_components.loadstar.engine.planner.output.breaches import PREFIX
from custom_components.loadstar.engine.planner.output.reason_kinds import LimitKind, ReasonKind
from custom_components.loadstar.engine.planner.output.sentences import LIMITS, TEMPLATES
from custom_components.loadstar.engine.planner.output.warning_sentences import BREACHES
from custom_components.loadstar.engine.planner.solver.types import BreachKind
from custom_components.loadstar.issues import IssueKey
from custom_components.loadstar.ocpp import Problem
from custom_components.loadstar.planning.errors import Problem as PlanningProblem
from custom_components.loadstar.repairs import FIXES
from tests.unit.repository.files import (
    INTEGRATION,
    LANGUAGES,
    calls,
    constant,
    leaves,
    modules,
    read_json,
    translation,
)

ENGLISH = translation("en")
OTHERS = [language for language in LANGUAGES if language != "en"]
FLOWS = INTEGRATION / "flows"
SUBENTRIES = ENGLISH["config_subentries"]

KEY = re.compile(r"(?!.+[_-]{2})(?![_-])[a-z0-9-_]+(?<![_-])")  # hassfest's own rule
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def test_there_is_a_file_for_each_language_and_no_other() -> None:
    found = {path.stem for path in (INTEGRATION / "translations").iterdir()}
    assert found == set(LANGUAGES)


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_the_keys_of_english(language: str) -> None:
    ours, theirs = leaves(ENGLISH), leaves(translation(language))
    assert dict.fromkeys(ours.keys() - theirs.keys(), "missing") == {}
    assert dict.fromkeys(theirs.keys() - ours.keys(), "unknown") == {}


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_the_placeholders_of_english(language: str) -> None:
    texts = leaves(translation(language))
    for path, text in leaves(ENGLISH).items():
        assert placeholders(texts[path]) == placeholders(text), path


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_is_translated(language: str) -> None:
    """A sentence that is the same in two languages has been forgotten."""
    texts = leaves(translation(language))
    for path, text in leaves(ENGLISH).items():
        if len(PLACEHOLDER.sub("", text).split()) > 3:
            assert texts[path] != text, path


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_clean(language: str) -> None:
    for path, text in leaves(translation(language)).items():
        assert isinstance(text, str), path
        assert text == text.strip(), path
        assert text, path
        assert "<" not in text, path
        assert "http" not in text, path
        assert not re.search(r"'\{\w+\}'|[{}]", PLACEHOLDER.sub("", text)), path
        assert all(KEY.fullmatch(part) for part in path), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lists_options_can_be_told_apart(language: str) -> None:
    for path, options in option_lists(translation(language)):
        assert max(Counter(options.values()).values()) == 1, path


def checks() -> Iterator[tuple[Path, ast.Module]]:
    """Yield the files that find something wrong with what was entered."""
    yield from modules(FLOWS)
    yield from ((path, tree) for path, tree in modules() if path == INTEGRATION / "limits.py")


def test_every_problem_that_a_flow_finds_has_a_sentence_and_no_other_has() -> None:
    said = set(ENGLISH["config"]["error"])
    for kind in SUBENTRIES.values():
        said |= set(kind["error"])
    written = set()
    for _, tree in checks():
        for name, call in calls(tree):
            place = {"add": 1, "add_entity": 1, "Conflict": 0}.get(name)
            if place is not None and len(call.args) > place and (key := constant(call.args[place])):
                written.add(key)
    assert written - said == set()
    known = {text for _, tree in checks() for text in texts_of(tree)}
    assert {key for key in said if key.removesuffix("_range") not in known} == set()


def test_every_step_has_words_and_no_other_has() -> None:
    shown = {
        constant(keyword.value)
        for path, tree in modules()
        if path.parent == FLOWS or path.name == "config_flow.py"
        for name, call in calls(tree)
        if name in ("Form", "async_show_menu")
        for keyword in call.keywords
        if keyword.arg == "step_id"
    }
    said = set(ENGLISH["config"]["step"])
    for kind in SUBENTRIES.values():
        said |= set(kind["step"])
    assert said == shown


def test_every_field_has_a_label_and_a_description() -> None:
    for path in leaves(ENGLISH):
        if path[-2] == "data":
            assert (*path[:-2], "data_description", path[-1]) in leaves(ENGLISH), path


def test_every_kind_of_subentry_has_words() -> None:
    constants = dict(constants_of("const.py"))
    kinds = {text for name, text in constants.items() if name.startswith("SUBENTRY_")}
    assert set(SUBENTRIES) == kinds


def test_every_end_of_a_flow_without_an_entry_has_words() -> None:
    reasons = {
        path.name: {
            reason
            for name, call in calls(tree)
            if name in ("AbortFlow", "async_abort")
            for argument in (*call.args, *(keyword.value for keyword in call.keywords))
            if (reason := constant(argument)) is not None
        }
        for path, tree in modules()
        if path.parent == FLOWS or path.name == "config_flow.py"
    }
    assert set(ENGLISH["config"]["abort"]) == set().union(*reasons.values())
    for name in ("config_flow.py", "discovered.py"):
        del reasons[name]
    for kind in SUBENTRIES.values():
        assert set(kind["abort"]) == set().union(*reasons.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_charger_that_has_knocked_is_added_with_the_words_of_any_other(language: str) -> None:
    """Home Assistant wants the words of a flow's steps beside the flow, so they stand twice."""
    config = translation(language)["config"]
    charger = translation(language)["config_subentries"]["charger"]
    assert config["step"] == config["step"] | charger["step"]
    assert config["error"] == config["error"] | charger["error"]


def test_every_error_that_is_raised_has_a_message_and_no_other_has() -> None:
    raised = set()
    for path, tree in modules():
        if {"engine", "ocpp", "flows"}.isdisjoint(path.relative_to(INTEGRATION).parts):
            for node in ast.walk(tree):
                if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
                    raised.add(constant(node.exc.args[0]))
    keys = {key for key in raised if key and KEY.fullmatch(key)}
    (limits,) = (tree for path, tree in modules() if path == INTEGRATION / "limits.py")
    (fallback,) = (
        node
        for node in ast.walk(limits)
        if isinstance(node, ast.FunctionDef) and node.name == "fallback_conflict"
    )
    # the settings raise what this function finds
    keys |= {str(constant(call.args[0])) for name, call in calls(fallback) if name == "Conflict"}
    keys |= sentences_of_plans()
    said = set(ENGLISH["exceptions"])
    assert keys - said == set()
    written = {text for _, tree in modules() for text in texts_of(tree)}
    assert said - keys - written == set()


def test_a_plans_sentences_have_the_figures_that_they_have_in_a_terminal() -> None:
    terminal: dict[str, str] = {
        **{str(kind): text for kind, text in TEMPLATES.items()},
        **{f"limited_by_{kind}": text for kind, text in LIMITS.items()},
        **{f"{PREFIX}{kind}": text for kind, text in BREACHES.items()},
    }
    for code, text in terminal.items():
        theirs = placeholders(ENGLISH["exceptions"][code]["message"])
        # the terminal adds the times of a limit that gave to all of them in one place
        assert theirs.keys() - {"from", "until"} == placeholders(text).keys(), code


def test_every_repair_issue_has_words_and_no_other_has() -> None:
    assert set(IssueKey) == set(ENGLISH["issues"])
    assert set(Problem) <= set(IssueKey)


def test_an_issue_with_a_button_has_the_words_of_its_flow_and_no_other_has() -> None:
    for key, words in ENGLISH["issues"].items():
        assert ("fix_flow" in words) == (key in FIXES), key
        assert ("description" in words) == (key not in FIXES), key
        if key in FIXES:
            assert set(words["fix_flow"]["step"]) == {"confirm"}
            assert set(words["fix_flow"]["abort"]) == {"not_running"}


def test_every_line_of_system_health_has_words() -> None:
    (tree,) = (tree for path, tree in modules() if path == INTEGRATION / "system_health.py")
    assert set(ENGLISH["system_health"]["info"]) <= texts_of(tree)


def test_icons_are_for_what_has_words() -> None:
    icons = read_json(INTEGRATION / "icons.json")
    assert set(icons["services"]) == set(ENGLISH["services"])
    for platform, entities in icons["entity"].items():
        assert set(entities) <= set(ENGLISH["entity"][platform]), platform


def sentences_of_plans() -> set[str]:
    """Return the codes of all that a plan says: reasons, limits that bind or gave, warnings."""
    warnings = {
        constant(keyword.value)
        for _, tree in modules()
        for name, call in calls(tree)
        if name == "PlanWarning"
        for keyword in call.keywords
        if keyword.arg == "code"
    }
    return {
        *ReasonKind,
        *BufferReason,
        *PlanningProblem,
        *(f"limited_by_{kind}" for kind in LimitKind),
        *(f"{PREFIX}{kind}" for kind in BreachKind),
        *(code for code in warnings if code is not None),
    }


def placeholders(text: str) -> Counter[str]:
    """Return the placeholders of a text, with how often each stands in it."""
    return Counter(PLACEHOLDER.findall(text))


def option_lists(tree: dict[str, object]) -> list[tuple[str, dict[str, str]]]:
    """Return what stands together in a list: the options of selectors and the states."""
    found: list[tuple[str, dict[str, str]]] = []
    for key, value in tree.items():
        if isinstance(value, dict):
            found += [(key, value)] if key in ("options", "state") else option_lists(value)
    return found


def texts_of(tree: ast.AST) -> set[str]:
    """Return every text in a piece of code, and what names of constants stand for."""
    named = dict(constants_of("const.py"))
    found = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    found |= {named.get(node.id) for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return {text for text in found if isinstance(text, str)}


def constants_of(name: str) -> list[tuple[str, str]]:
    """Return the texts that a module gives names to."""
    tree = ast.parse((INTEGRATION / name).read_text())
    return [
        (node.target.id, text)
        for node in tree.body
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and node.value is not None
        and (text := constant(node.value)) is not None
    ]
