"""A logger for ``websockets`` that keeps strangers' mistakes out of the user's log."""

from collections.abc import Mapping
import logging
from typing import Any, override

# what a stranger can cause by sending something else than WebSocket
_EXPECTED = ("opening handshake failed", "parser failed", "keepalive ping failed")


class CalmLogger(logging.LoggerAdapter[logging.Logger]):
    """Lets errors of our own code through; everything else is for debugging."""

    def __init__(self, logger: logging.Logger) -> None:
        """Write to ``logger``."""
        super().__init__(logger, extra={})

    @override
    def log(self, level: int, msg: object, *args: Any, **kwargs: Any) -> None:
        if level >= logging.ERROR and str(msg) not in _EXPECTED:
            self.logger.log(level, msg, *args, **kwargs)
        else:
            self.logger.debug(msg, *args)

    @override
    def isEnabledFor(self, level: int) -> bool:
        """Never have the headers of handshakes logged: they hold passwords."""
        return level > logging.DEBUG

    @override
    def process(self, msg: Any, kwargs: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
        return msg, dict(kwargs)
