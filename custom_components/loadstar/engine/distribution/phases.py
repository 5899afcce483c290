"""Sets of site phases as bits: A is 1, B is 2, C is 4."""

from functools import lru_cache

from ..models import ChargerContext

PHASE_NAMES = "ABC"
ALL_PHASES = 0b111
PHASE_SETS = range(1, 8)

COUNT = tuple(phases.bit_count() for phases in range(8))
# indices of the phases in a set
MEMBERS = tuple(tuple(p for p in range(3) if phases >> p & 1) for phases in range(8))
# for the phases of a load: the sets that it draws from, small ones first, with how many of
# its phases lie in each
TOUCHED = tuple(
    tuple(
        (phases, COUNT[phases & load])
        for phases in sorted(PHASE_SETS, key=lambda p: (COUNT[p], p))
        if phases & load
    )
    for load in range(8)
)


@lru_cache(maxsize=256)
def phases_of(letters: str) -> int:
    """Return the set that the letters name; anything but A, B and C is passed over."""
    return sum(1 << index for index, name in enumerate(PHASE_NAMES) if name in letters.upper())


def names_of(phases: int) -> str:
    """Return the letters of a set."""
    return "".join(PHASE_NAMES[phase] for phase in MEMBERS[phases])


@lru_cache(maxsize=256)
def rotated(rotation: str, count: int) -> int:
    """Return the site phases behind the first ``count`` terminals of a charger."""
    letters = [name for name in rotation.upper() if name in PHASE_NAMES] or list(PHASE_NAMES)
    return phases_of("".join(letters[: max(count, 1)]))


def active_phases(charger: ChargerContext, site_phases: int) -> int:
    """Return the site phases that a charger's car uses: as measured, else as configured."""
    if charger.active_phases_mask is not None:
        measured = phases_of(charger.active_phases_mask) & site_phases
        if measured:
            return measured
    count = charger.phases
    if charger.car_phases is not None:
        count = min(count, charger.car_phases)
    return rotated(charger.phase_rotation, count) & site_phases or _first(site_phases, count)


def physical_phases(charger: ChargerContext, active: int, site_phases: int) -> int:
    """Return the site phases that breakers must allow for: wider until a session is measured."""
    if charger.physical_phases_mask is None:
        return active
    return phases_of(charger.physical_phases_mask) & site_phases or active


def _first(site_phases: int, count: int) -> int:
    """Return the site's first phases, for a charger wired to none of them."""
    return site_phases & ((1 << max(count, 1)) - 1)
