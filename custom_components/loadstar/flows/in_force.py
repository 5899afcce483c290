"""A site's wiring with the values that are in force, as the flows check it."""

from homeassistant.config_entries import ConfigEntryState

from ..coordinator import LoadstarConfigEntry
from ..limits import Wiring, wire
from ..settings import SiteSettings
from ..wiring import SiteConfig


def wiring_of(entry: LoadstarConfigEntry) -> Wiring:
    """Return a site as it stands, with the minimums and fallbacks that are in force."""
    config = SiteConfig.from_entry(entry)
    if entry.state is not ConfigEntryState.LOADED:
        return wire(config, {}, default_margin())
    settings = entry.runtime_data.settings
    return wire(config, settings.chargers, settings.site.safety_margin_a, settings.observed)


def default_margin() -> float:
    """Return the safety margin in A of a site that nobody has tuned."""
    return SiteSettings(import_limit_w=0.0, export_threshold_w=0.0).safety_margin_a
