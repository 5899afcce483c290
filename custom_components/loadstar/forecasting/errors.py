"""Why nothing was learned."""

from homeassistant.exceptions import HomeAssistantError

from ..const import DOMAIN


class TrainingError(HomeAssistantError):
    """A training that went wrong, for whoever asked for it."""

    def __init__(self, key: str, site: str) -> None:
        """``key`` is that of the sentence in the translations."""
        super().__init__(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={"site": site},
        )
