"""What is wrong with a form, field by field, ready to be said in the user's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Problems:
    """The first problem of each field and the words that its sentence needs."""

    errors: dict[str, str] = field(default_factory=dict)
    placeholders: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.errors)

    def add(self, name: str, error: str, words: Mapping[str, str] | None = None) -> None:
        """Note that the field ``name`` has the problem ``error``."""
        if name not in self.errors:
            self.errors[name] = error
            self.placeholders |= words or {}

    def add_entity(self, name: str, error: str, entity_id: str) -> None:
        """Note a problem with an entity.

        The frontend keeps one set of words per form, so a sentence that stands at two
        fields names both entities.
        """
        if name in self.errors:
            return
        key = f"{error}_entities"
        named = self.placeholders.get(key)
        self.add(name, error, {key: entity_id if named is None else f"{named}, {entity_id}"})
