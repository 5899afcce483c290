"""How chargers share what there is: one file per distribution mode."""

from ...models import DistributionMode
from ..claims import Claim
from ..ledger import Ledger
from .optimized import optimized
from .priority import priority
from .shared import shared
from .strict import strict

_MODES = {
    DistributionMode.PRIORITY: priority,
    DistributionMode.SHARED: shared,
    DistributionMode.STRICT: strict,
    DistributionMode.OPTIMIZED: optimized,
}


def share(mode: DistributionMode, ledger: Ledger, claims: list[Claim]) -> None:
    """Give currents to claims, which come in their order of service."""
    _MODES[mode](ledger, claims)
