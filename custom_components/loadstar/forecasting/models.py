"""What was learned of a home, and where that came from."""

from dataclasses import dataclass, field
from datetime import datetime

from ..engine.forecast.load import LoadModel
from ..engine.forecast.pv import NO_PV_MODEL, PvModel
from ..engine.forecast.types import LeftOut


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """Both models; before the first training the one of PV corrects nothing."""

    pv: PvModel = field(default_factory=lambda: NO_PV_MODEL)
    load: LoadModel | None = None
    trained_at: datetime | None = None
    left_out: tuple[LeftOut, ...] = ()
