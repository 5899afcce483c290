"""What chargers draw with nobody in control must fit every wire that they hang on."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.engine.models import PhaseTriple
from custom_components.loadstar.limits import (
    WiredCharger,
    Wiring,
    fallback_conflict,
    first_fallback,
)
from custom_components.loadstar.wiring import CircuitConfig, MeterConfig


def charger(phases: str = "ABC", fallback: float = 6.0, **changes: Any) -> WiredCharger:
    return replace(
        WiredCharger(
            name="Garage", phases=phases, circuit=None, min_current=6.0, fallback_current=fallback
        ),
        **changes,
    )


def wiring(*chargers: WiredCharger, **changes: Any) -> Wiring:
    values: dict[str, Any] = {"breaker": 25.0, "margin": 1.0, "circuits": {}}
    named = {str(index): one for index, one in enumerate(chargers)}
    return Wiring(chargers=named, **(values | changes))


def circuit(limit: float, *, metered: bool = False, parent: str | None = None) -> CircuitConfig:
    meter = MeterConfig(imports=("sensor.a", None, None)) if metered else None
    return CircuitConfig(subentry_id="annex", name="Annex", limit=limit, parent=parent, meter=meter)


@pytest.mark.parametrize(
    ("reserve", "fallbacks", "fits"),
    [
        (None, (6.0, 6.5), True),
        (None, (6.0, 7.0), False),
        ((19.0, 19.0, 19.0), (6.0,), True),
        ((19.1, 0.0, 0.0), (6.0,), False),
        ((0.0, 0.0, 19.1), (6.0,), False),
        ((30.0, 30.0, 30.0), (0.0,), False),
        ((30.0, 30.0, 30.0), (), True),
    ],
)
def test_the_breaker_bears_the_household_and_all_fallbacks(
    reserve: PhaseTriple | None, fallbacks: tuple[float, ...], *, fits: bool
) -> None:
    site = wiring(*(charger(fallback=one) for one in fallbacks), reserve=reserve)
    conflict = fallback_conflict(site)
    assert (conflict is None) is fits
    assert conflict is None or conflict.error == "fallback_over_breaker"


def test_only_a_phase_with_chargers_counts() -> None:
    assert fallback_conflict(wiring(charger("B"), reserve=(40.0, 4.0, 40.0))) is None


@pytest.mark.parametrize(("unattended", "fallbacks"), [(16.0, "16"), (3.0, "13"), (None, "13")])
def test_who_does_not_find_its_fallback_counts_at_the_more_of_both(
    unattended: float | None, fallbacks: str
) -> None:
    conflict = fallback_conflict(wiring(charger(fallback=13.0, unattended_current=unattended)))
    assert conflict is not None
    assert conflict.words["fallbacks"] == fallbacks


@pytest.mark.parametrize(("metered", "fits"), [(False, True), (True, False)])
def test_a_circuit_with_a_meter_of_its_own_has_other_loads(*, metered: bool, fits: bool) -> None:
    site = wiring(charger(circuit="annex"), circuits={"annex": circuit(10.0, metered=metered)})
    conflict = fallback_conflict(site)
    assert (conflict is None) is fits
    if conflict is not None:
        assert conflict.error == "fallback_over_circuit"
        assert conflict.words["circuit"] == "Annex"


def test_a_circuit_within_a_circuit_loads_both() -> None:
    circuits = {"outer": circuit(11.0), "inner": circuit(16.0, parent="outer")}
    site = wiring(
        charger(circuit="inner"), charger(circuit="outer"), circuits=circuits, breaker=63.0
    )
    conflict = fallback_conflict(site)
    assert conflict is not None
    assert conflict.words["limit"] == "11"


def test_what_was_as_bad_before_keeps_nobody_from_changing_something_else() -> None:
    before = wiring(charger(fallback=14.0))
    assert fallback_conflict(before)
    assert fallback_conflict(before, before) is None
    better = wiring(charger(fallback=13.0))
    assert fallback_conflict(better), "it still does not fit"
    assert fallback_conflict(better, before) is None, "but nothing is to be refused"
    assert fallback_conflict(before, better), "the way back is"


def test_another_phase_that_is_over_now_is_refused() -> None:
    before = wiring(charger("A", 14.0), charger("B", 6.0))
    after = wiring(charger("A", 14.0), charger("B", 13.0))
    conflict = fallback_conflict(after, before)
    assert conflict is not None
    assert conflict.words["phase"] == "B"


@pytest.mark.parametrize(
    ("reserve", "there", "suggested"),
    [
        (None, (), 6.0),
        (None, (6.0,), 6.0),
        (None, (7.0,), 0.0),
        ((5.0, 5.0, 5.0), (7.0, 7.0), 6.0),
        ((20.0, 5.0, 5.0), (), 0.0),
    ],
)
def test_a_new_charger_is_offered_what_fits(
    reserve: PhaseTriple | None, there: tuple[float, ...], suggested: float
) -> None:
    site = wiring(*(charger(fallback=one) for one in there), reserve=reserve)
    assert first_fallback(site) == suggested


amperes = st.floats(0, 40)


@given(
    st.lists(st.tuples(st.sampled_from(["A", "BC", "ABC"]), amperes), max_size=4),
    st.tuples(amperes, amperes, amperes),
    amperes,
)
def test_more_reserve_never_makes_a_site_fit(
    chargers: list[tuple[str, float]], reserve: PhaseTriple, more: float
) -> None:
    site = wiring(*(charger(phases, fallback) for phases, fallback in chargers), reserve=reserve)
    a, b, c = reserve
    greater = replace(site, reserve=(a + more, b + more, c + more))
    assert fallback_conflict(site) is None or fallback_conflict(greater) is not None
    assert fallback_conflict(site, greater) is None
