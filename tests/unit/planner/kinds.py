"""What a random home may have."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a random home may have."""

    slots: tuple[int, ...] = (8, 12, 16, 24, 24, 32, 48)
    batteries: tuple[int, ...] = (0, 1, 1, 1, 2)
    cars: tuple[int, ...] = (0, 0, 1, 1, 2, 3)
    water: bool = True
    deferrables: bool = True
    peaks: bool = True
    orders: bool = True
    tight: bool = True  # breakers and limits that may not be kept
    three_phases: bool = True
    uneven: bool = True  # slots of different lengths


ANYTHING = Kind()
CALM = Kind(tight=False, orders=False)  # nothing has to give
