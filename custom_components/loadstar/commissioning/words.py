"""The picture's words, in Home Assistant's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from ..const import DOMAIN
from ..engine.commissioning import Check, CheckState, Finding, Note, Verdict
from ..wiring import SiteConfig
from .issues import KEYS, words_of

_SENSOR: Final = f"component.{DOMAIN}.entity.sensor.commissioning"
_ATTRIBUTE: Final = f"{_SENSOR}.state_attributes"
_ISSUES: Final = f"component.{DOMAIN}.issues"


@dataclass(frozen=True, slots=True)
class Words:
    """Words by translation key; a code without a word stands for itself."""

    texts: Mapping[str, str]

    @property
    def title(self) -> str:
        """What the picture is called."""
        return self._text(f"{_SENSOR}.name", "Commissioning")

    def verdict(self, verdict: Verdict) -> str:
        """Return what came of a test."""
        return self._text(f"{_ATTRIBUTE}.last_result.state.{verdict}", verdict)

    def note(self, note: Note) -> str:
        """Return why there is no result."""
        return self._text(f"{_ATTRIBUTE}.note.state.{note}", note)

    def check(self, check: Check) -> str:
        """Return what is checked."""
        return self._text(f"{_ATTRIBUTE}.{check}.name", check)

    def state(self, check: Check, state: CheckState) -> str:
        """Return how far a check came."""
        return self._text(f"{_ATTRIBUTE}.{check}.state.{state}", state)

    def lag(self, name: str) -> str:
        """Return what a delay is called."""
        return self._text(f"{_ATTRIBUTE}.{name}.name", name)

    def finding(self, config: SiteConfig, finding: Finding) -> str:
        """Return a finding's headline."""
        text = self._text(f"{_ISSUES}.{KEYS[finding.code]}.title", finding.code)
        for name, word in words_of(config, finding).items():
            text = text.replace(f"{{{name}}}", word)
        return text

    def _text(self, key: str, otherwise: str) -> str:
        return self.texts.get(key, str(otherwise))


async def async_load_words(hass: HomeAssistant) -> Words:
    """Return the words in Home Assistant's language."""
    language = hass.config.language
    entity = await async_get_translations(hass, language, "entity", [DOMAIN])
    issues = await async_get_translations(hass, language, "issues", [DOMAIN])
    return Words({**entity, **issues})
