"""Which charger has which quirks: data, one file per vendor beside this module."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from ..rung import Rung
from .flags import NO_QUIRKS, Pause, Quirks, RateUnit

FOLDER = Path(__file__).parent

_LIFE_S = range(60, 24 * 3600 + 1)
_TAG_LENGTH = 20
_FLAGS = frozenset(field.name for field in fields(Quirks))
_FILE = frozenset({"vendor", "rules"})
_RULE = frozenset({"model", "firmware", "sources", "flags"})


class QuirkError(ValueError):
    """A file of quirks says what cannot be; the message names the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuirkRule:
    """Flags for the chargers whose names fit the patterns, which are in lower case."""

    vendor: str
    model: str = "*"
    firmware: str = "*"
    flags: Mapping[str, Any]

    def fits(self, vendor: str | None, model: str | None, firmware: str | None) -> bool:
        """Return whether a charger is meant; one that does not say fits what takes nothing."""
        return (
            fnmatchcase((vendor or "").lower(), self.vendor)
            and fnmatchcase((model or "").lower(), self.model)
            and fnmatchcase((firmware or "").lower(), self.firmware)
        )


class QuirkTable:
    """The rules of all files."""

    def __init__(self, rules: Iterable[QuirkRule] = ()) -> None:
        """Of rules that fit the same charger, a later one decides flag by flag."""
        self.rules = tuple(rules)

    def find(self, vendor: str | None, model: str | None, firmware: str | None) -> Quirks:
        """Return what a charger is known to need."""
        quirks = NO_QUIRKS
        for rule in self.rules:
            if rule.fits(vendor, model, firmware):
                quirks = replace(quirks, **rule.flags)
        return quirks


def load_quirks(folder: Path = FOLDER) -> QuirkTable:
    """Read every file of a folder from disk; raises QuirkError."""
    return QuirkTable(
        rule for path in sorted(folder.glob("*.yaml")) for rule in _read(path.name, path)
    )


def _read(name: str, path: Path) -> Iterable[QuirkRule]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return parse_quirks(data)
    except (yaml.YAMLError, UnicodeDecodeError, QuirkError) as error:
        message = f"{name}: {error}"
        raise QuirkError(message) from error


def parse_quirks(data: Any) -> list[QuirkRule]:
    """Return the rules of one vendor's file; raises QuirkError."""
    match data:
        case {"vendor": [_, *_] as vendors, "rules": [_, *_] as rules} if data.keys() == _FILE:
            return [_rule(vendor, rule) for rule in rules for vendor in vendors]
    message = "a file has a list of vendor patterns and a list of rules, and nothing else"
    raise QuirkError(message)


def _rule(vendor: Any, rule: Any) -> QuirkRule:
    if not isinstance(rule, dict) or not rule.keys() <= _RULE:
        message = f"a rule has {', '.join(sorted(_RULE))}: {rule}"
        raise QuirkError(message)
    sources, flags = rule.get("sources"), rule.get("flags")
    if not _is_list_of_addresses(sources):
        message = f"a rule says where it comes from, by a list of addresses: {rule}"
        raise QuirkError(message)
    if not isinstance(flags, dict) or not flags:
        message = f"a rule has flags: {rule}"
        raise QuirkError(message)
    return QuirkRule(
        vendor=_pattern(vendor),
        model=_pattern(rule.get("model", "*")),
        firmware=_pattern(rule.get("firmware", "*")),
        flags={name: _flag(name, value) for name, value in flags.items()},
    )


def _pattern(value: Any) -> str:
    if not isinstance(value, str):
        message = f"not a pattern: {value!r}"
        raise QuirkError(message)
    return value.lower()


def _is_list_of_addresses(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, str) and item.startswith("https://") for item in value)
    )


def _flag(name: Any, value: Any) -> Any:  # noqa: PLR0911  one line per kind of flag
    match name, value:
        case "profile_life_s", int() if value in _LIFE_S and not isinstance(value, bool):
            return value
        case "max_periods", int() if value > 0 and not isinstance(value, bool):
            return value
        case "number_phases" | "keep_foreign_profiles" | "trigger_boot", bool():
            return value
        case "id_tag", str() if 0 < len(value) <= _TAG_LENGTH:
            return value
        case "rate_unit", str():
            return _word(RateUnit, name, value)
        case "pause", str():
            return _word(Pause, name, value)
        case "first_rung", str():
            return _word(Rung, name, value)
        case "skip_rungs", list():
            return frozenset(_word(Rung, name, word) for word in value)
        case "configuration", dict() if all(
            isinstance(text, str) for item in value.items() for text in item
        ):
            return dict(value)
    message = f"not a value of {name}: {value!r}" if name in _FLAGS else f"no such flag: {name}"
    raise QuirkError(message)


def _word[WordT: StrEnum](words: type[WordT], flag: str, value: Any) -> WordT:
    try:
        return words(value)
    except ValueError:
        message = f"{flag}: {value!r} is none of {', '.join(words)}"
        raise QuirkError(message) from None
