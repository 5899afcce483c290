"""What goes into the sharing of current and what comes out of it.

Currents are amperes per phase, powers watts, SoC percent. Grid import and
battery charge are positive. Site phases are A, B and C; a charger's own
terminals are L1, L2 and L3.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

type PhaseTriple = tuple[float, float, float]
"""One value per site phase, in the order A, B, C."""


class ChargingMode(StrEnum):
    """How much a charger may take."""

    STANDARD = "standard"
    ECO = "eco"
    SOLAR = "solar"
    EXCESS = "excess"
    PLANNED = "planned"


class DistributionMode(StrEnum):
    """How chargers share what there is."""

    PRIORITY = "priority"
    SHARED = "shared"
    STRICT = "strict"
    OPTIMIZED = "optimized"


class ConnectorStatus(StrEnum):
    """State of a charger's connector, in the words of OCPP 1.6."""

    AVAILABLE = "Available"
    PREPARING = "Preparing"
    CHARGING = "Charging"
    SUSPENDED_EV = "SuspendedEV"
    SUSPENDED_EVSE = "SuspendedEVSE"
    FINISHING = "Finishing"
    RESERVED = "Reserved"
    UNAVAILABLE = "Unavailable"
    FAULTED = "Faulted"
    UNKNOWN = "Unknown"


class BatteryCommand(StrEnum):
    """What the battery has been told to do."""

    AUTO = "auto"
    CHARGE = "charge"
    DISCHARGE = "discharge"
    HOLD = "hold"
    LIMIT_DISCHARGE = "limit_discharge"


class ReasonCode(StrEnum):
    """Why a charger gets what it gets; the sentence is made from translations."""

    # what distribution decides
    FULL = "full"  # at its own maximum
    LIMITED_BY_PHASE = "limited_by_phase"
    LIMITED_BY_CIRCUIT = "limited_by_circuit"
    LIMITED_BY_IMPORT = "limited_by_import"
    LIMITED_BY_UNBALANCE = "limited_by_unbalance"
    SHARED_WITH_OTHERS = "shared_with_others"
    SOLAR_SHARE = "solar_share"
    EXCESS_SHARE = "excess_share"
    ECO_MINIMUM = "eco_minimum"
    PLANNED = "planned"
    PLANNED_PAUSE = "planned_pause"
    NOT_ENOUGH_CURRENT = "not_enough_current"
    NOT_ENOUGH_SOLAR = "not_enough_solar"
    NOT_ENOUGH_EXCESS = "not_enough_excess"
    BATTERY_BELOW_MIN = "battery_below_min"
    BATTERY_BELOW_TARGET = "battery_below_target"
    CAR_ASLEEP = "car_asleep"  # its minimum is kept so that it can wake
    NOT_CONNECTED = "not_connected"  # no car, or a state that takes no part
    # what control decides
    DISABLED = "disabled"
    OVERLOAD = "overload"
    OVERLOAD_HOLD = "overload_hold"
    NEUTRAL = "neutral"
    METER_STALE = "meter_stale"
    WAITING_FOR_START = "waiting_for_start"
    WAITING_FOR_STOP = "waiting_for_stop"
    PAUSED = "paused"
    RISING = "rising"
    SOC_LIMIT = "soc_limit"
    OFFLINE = "offline"
    DISOBEDIENT = "disobedient"  # draws more than it was told
    COMMISSIONING = "commissioning"  # ordered by the test of the installation


class Remedy(StrEnum):
    """What is done about a charger that draws more than it was told, one after the other."""

    NONE = "none"
    PAUSE = "pause"  # 0 A
    END_SESSION = "end_session"
    OUT_OF_SERVICE = "out_of_service"


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason's code and the numbers or names that belong in its sentence."""

    code: ReasonCode
    data: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PhaseLimits:
    """The largest total current in A that every set of phases can be served with."""

    a: float
    b: float
    c: float
    ab: float
    ac: float
    bc: float
    abc: float

    def __add__(self, other: PhaseLimits) -> PhaseLimits:
        """Return what two supplies can serve together."""
        return PhaseLimits(
            a=self.a + other.a,
            b=self.b + other.b,
            c=self.c + other.c,
            ab=self.ab + other.ab,
            ac=self.ac + other.ac,
            bc=self.bc + other.bc,
            abc=self.abc + other.abc,
        )


@dataclass(slots=True, kw_only=True)
class Circuit:
    """A sub-breaker over chargers and further circuits.

    ``limit`` is A per phase; ``phase_x_consumption`` the draw in A of everything
    behind it that is not a managed charger.
    """

    circuit_id: str
    limit: float
    parent: str | None = None
    phase_a_consumption: float = 0.0
    phase_b_consumption: float = 0.0
    phase_c_consumption: float = 0.0


@dataclass(slots=True, kw_only=True)
class ChargerContext:
    """One charger as the sharing of current sees it; filled in place."""

    charger_id: str
    entity_id: str = ""
    min_current: float = 6.0
    max_current: float = 16.0
    step_a: float = 1.0  # the finest step of its set-point
    phases: int = 3
    priority: int = 1
    car_phases: int | None = None
    # site phases in use ("A", "BC", "ABC"), after rotation; None: from car_phases, else phases
    active_phases_mask: str | None = None
    # site phases that the physical pool counts ("ABC"); None: the same as the active ones
    physical_phases_mask: str | None = None
    connector_status: ConnectorStatus = ConnectorStatus.CHARGING
    start_wanted: bool = True  # whether Preparing takes part
    l1_current: float = 0.0
    l2_current: float = 0.0
    l3_current: float = 0.0
    charging_mode: ChargingMode | None = None
    circuit: str | None = None
    phase_rotation: str = "ABC"  # site phases behind L1, L2, L3
    planned_current: float | None = None
    planned_surplus: bool = False
    has_goal: bool = False
    rated_current: float | None = None  # A that it can draw at all; None: max_current
    # cap in A that control lays over max_current (a probe, a guard); None: none
    ceiling: float | None = None
    # a car that sleeps keeps its minimum reserved but has no share of solar and excess
    suspended: bool = False
    target_current: float = 0.0
    reason: Reason | None = None


@dataclass(slots=True, kw_only=True)
class SiteContext:
    """The whole site at one instant; see ``ChargerContext``."""

    voltage: float
    num_phases: int
    main_breaker_rating: float  # A per phase, less the safety margin
    phase_a_consumption: float = 0.0
    phase_b_consumption: float = 0.0
    phase_c_consumption: float = 0.0
    # A per phase that breakers leave free for what may be drawn at any moment; takes no sun
    reserved_current: PhaseTriple = (0.0, 0.0, 0.0)
    phase_a_export: float = 0.0
    phase_b_export: float = 0.0
    phase_c_export: float = 0.0
    solar_production_total: float = 0.0  # W
    # per phase where it is known (W); None: split by the inverter's kind
    solar_production_phases: PhaseTriple | None = None
    battery_soc: float | None = None
    battery_soc_min: float = 30.0
    battery_soc_target: float = 80.0
    battery_power: float = 0.0  # W, charge positive
    battery_max_charge_power: float = 0.0
    battery_max_discharge_power: float = 0.0
    battery_command: BatteryCommand = BatteryCommand.AUTO
    battery_commanded_power: float = 0.0  # W, charge positive, while not auto
    charging_mode: ChargingMode = ChargingMode.STANDARD
    distribution_mode: DistributionMode = DistributionMode.PRIORITY
    allow_grid_charging: bool = True
    max_import_power: float | None = None  # W, sum of phases
    excess_export_threshold: float = 0.0  # W
    planned_export_power: float = 0.0  # W, what a plan keeps for the grid
    inverter_supports_asymmetric: bool = False
    inverter_phases: str = "ABC"
    inverter_max_power: float | None = None  # W
    inverter_max_power_per_phase: float | None = None  # W
    phase_netting: bool = False
    circuits: list[Circuit] = field(default_factory=list)
    max_unbalance: float | None = None  # A
    chargers: list[ChargerContext] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerTarget:
    """What a charger is to be told, after every guard."""

    charger_id: str
    current: float  # A per phase; 0 pauses
    reason: Reason
    urgent: bool = False  # a cut for safety: sent outside every rate limit
    start_wanted: bool = False  # a waiting car may be started
    remedy: Remedy = Remedy.NONE  # beyond the current, against a charger that does not obey
