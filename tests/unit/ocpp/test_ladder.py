"""Climbing through the forms of a set-point until a charger takes one."""

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.ocpp.ladder import Ladder, found_rung
from custom_components.loadstar.ocpp.memory import ConnectorMemory
from custom_components.loadstar.ocpp.rung import Rung, climb
from custom_components.loadstar.ocpp.timing import Timing

ALL = tuple(Rung)
FIRST, SECOND, THIRD = ALL[:3]


class Climber:
    """A ladder, a clock, and what is remembered."""

    def __init__(self, found: str | None = None) -> None:
        """Begin with what was ``found`` before."""
        self.now = 0.0
        self.saved = 0
        self.memory = ConnectorMemory({} if found is None else {"rung": found}, self._save)
        self.ladder = Ladder(self.memory, lambda: self.now, Timing())

    def _save(self) -> None:
        self.saved += 1

    def climb(self, takes: Callable[[Rung], bool], offered: Sequence[Rung] = ALL) -> list[Rung]:
        """Try every 2 s until a form is taken or none is left; return what was tried."""
        tried = []
        while not self.ladder.is_exhausted:
            rung = self.ladder.choose(offered)
            tried.append(rung)
            if takes(rung):
                self.ladder.taken(rung)
                break
            self.ladder.refused(rung, offered)
            self.now += 2.0
        return tried


def nothing(_rung: Rung) -> bool:
    """Refuse every form."""
    return False


def test_the_first_form_is_tried_twice_and_every_other_once() -> None:
    assert Climber().climb(nothing) == [FIRST, *ALL]


def test_a_form_that_was_taken_before_comes_first_and_is_tried_three_times() -> None:
    rest = [rung for rung in ALL if rung is not Rung.RELATIVE]
    assert Climber("relative").climb(nothing) == [Rung.RELATIVE] * 3 + rest


@pytest.mark.parametrize("rung", ALL)
def test_every_form_is_reached_within_twenty_seconds(rung: Rung) -> None:
    for found in (None, *ALL):
        climber = Climber(found)
        assert climber.climb(lambda tried: tried is rung)[-1] is rung
        assert climber.now <= 20.0


@pytest.mark.parametrize("rung", ALL)
def test_what_was_taken_is_remembered_and_tried_first_ever_after(rung: Rung) -> None:
    climber = Climber()
    climber.climb(lambda tried: tried is rung)
    assert found_rung(climber.memory) is climber.ladder.found is rung
    assert climber.saved == 1
    climber.ladder.restart()
    assert climber.climb(lambda tried: tried is rung) == [rung]
    assert climber.saved == 1, "what is known is not written again"


def test_a_refusal_on_the_heels_of_another_says_nothing_new() -> None:
    climber = Climber()
    for _ in range(10):
        climber.ladder.refused(climber.ladder.choose(ALL), ALL)
        climber.now += 0.19
    assert climber.ladder.choose(ALL) is FIRST
    climber.now = 4.0
    climber.ladder.refused(FIRST, ALL)
    assert climber.ladder.choose(ALL) is SECOND


def test_after_every_form_was_refused_the_first_is_tried_until_all_are_again() -> None:
    climber = Climber()
    climber.climb(nothing)
    began = climber.now - 2.0
    while climber.now < began + 599.0:
        assert climber.ladder.choose(ALL) is FIRST
        climber.ladder.refused(FIRST, ALL)
        assert climber.ladder.is_exhausted
        climber.now += 60.0
    climber.now = began + 600.0
    assert climber.ladder.choose(ALL) is FIRST
    assert not climber.ladder.is_exhausted
    assert climber.climb(nothing) == [FIRST, *ALL]


def test_another_transaction_or_a_boot_begins_again() -> None:
    climber = Climber()
    climber.climb(nothing)
    climber.ladder.restart()
    assert climber.climb(lambda rung: rung is THIRD) == [FIRST, FIRST, SECOND, THIRD]


@pytest.mark.parametrize("found", ["", "nonsense", "TX_ONE_PERIOD"])
def test_a_memory_that_makes_no_sense_is_none(found: str) -> None:
    assert Climber(found).ladder.found is None


def test_what_was_found_and_is_not_offered_any_more_is_not_tried() -> None:
    offered = (SECOND, THIRD)
    assert Climber(FIRST).climb(nothing, offered) == [SECOND, SECOND, THIRD]


@given(
    st.sets(st.sampled_from(ALL)), st.none() | st.sampled_from(ALL), st.sets(st.sampled_from(ALL))
)
def test_a_ladder_is_never_empty_and_its_rungs_are_distinct(
    offered: set[Rung], first: Rung | None, skipped: set[Rung]
) -> None:
    rungs = climb(offered, first=first, skipped=skipped)
    assert len(set(rungs)) == len(rungs) > 0
    if offered - skipped:
        assert set(rungs) == offered - skipped
        if first in offered - skipped:
            assert rungs[0] is first
    assert [rung for rung in rungs if rung is not first] == [
        rung for rung in ALL if rung in rungs and rung is not first
    ]


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 700)), max_size=60), st.data())
def test_whatever_a_charger_answers_what_is_tried_is_offered(
    answers: list[tuple[bool, float]], data: Any
) -> None:
    climber = Climber()
    for taken, wait_s in answers:
        offered = data.draw(st.lists(st.sampled_from(ALL), min_size=1, unique=True))
        rung = climber.ladder.choose(offered)
        assert rung in offered
        if taken:
            climber.ladder.taken(rung)
            assert climber.ladder.found is rung
        else:
            climber.ladder.refused(rung, offered)
        climber.now += wait_s
