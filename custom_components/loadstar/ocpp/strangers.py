"""Chargers that knock without being set up."""

from collections import OrderedDict
from collections.abc import Callable

from .text import clean_text, is_station_id
from .types import Stranger

MAX_REMEMBERED = 20


class Strangers:
    """Remembers the latest ones, and tells of those that could be set up."""

    def __init__(self, tell: Callable[[Stranger], None] | None) -> None:
        """Call ``tell`` at every knock of an id that a charger may have."""
        self._tell = tell
        self._knocks: OrderedDict[str, int] = OrderedDict()

    @property
    def knocks(self) -> dict[str, int]:
        """The latest ids that are not set up, and how often each knocked."""
        return dict(self._knocks)

    def knocked(self, station_id: str, address: str) -> None:
        """Count a knock."""
        name = clean_text(station_id) or ""
        self._knocks[name] = self._knocks.pop(name, 0) + 1
        if len(self._knocks) > MAX_REMEMBERED:
            self._knocks.popitem(last=False)
        if self._tell is not None and is_station_id(station_id):
            self._tell(Stranger(station_id=station_id, address=address))

    def forget(self, station_id: str) -> None:
        """Know an id no more: it is set up now."""
        self._knocks.pop(station_id, None)
