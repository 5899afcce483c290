"""What is done about a charger that draws more than it was told."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from custom_components.loadstar.engine.control import ControlSettings
from custom_components.loadstar.engine.control.obedience import Conduct, Obedience
from custom_components.loadstar.engine.models import ConnectorStatus, Remedy

SETTINGS = ControlSettings()

type Manners = Callable[[float, Remedy], float]


@dataclass
class Life:
    """One charger's life in steps of 2 s, with reports every 10 s."""

    manners: Manners
    obedience: Obedience = field(default_factory=Obedience)
    time: float = 0.0
    wanted: float = 8.0  # A that it would be given
    status: ConnectorStatus = ConnectorStatus.CHARGING
    session: str | None = "1"
    reports: bool = True

    def live(self, seconds: float) -> Remedy:
        for _ in range(round(seconds / 2)):
            self.time += 2.0
            told = 0.0 if self.obedience.barred else self.wanted
            conduct = Conduct(
                set_point=told,
                most=16.0,
                drawn=self.manners(told, self.obedience.remedy) if self.reports else None,
                accepted=told,
                new_report=self.reports and self.time % 10 == 0,
                status=self.status,
                session=self.session,
                in_session=self.status is ConnectorStatus.CHARGING and self.session is not None,
            )
            self.obedience.observe(conduct, self.time, SETTINGS)
        return self.obedience.remedy

    def end_session(self, status: ConnectorStatus = ConnectorStatus.FINISHING) -> None:
        self.session, self.status, self.manners = None, status, obeys

    def unplug(self) -> None:
        self.status, self.session = ConnectorStatus.AVAILABLE, None
        self.live(2)

    def plug(self, manners: Manners) -> None:
        self.status, self.session, self.manners = ConnectorStatus.CHARGING, "2", manners


def obeys(told: float, _: Remedy) -> float:
    return told


def pauses_at_most(told: float, _: Remedy) -> float:
    return 16.0 if told > 0 else 0.0


def ignores_everything(_told: float, _: Remedy) -> float:
    return 16.0


def test_a_charger_that_obeys_is_let_alone() -> None:
    assert Life(obeys).live(3600) is Remedy.NONE


def test_one_that_draws_too_much_is_paused() -> None:
    life = Life(pauses_at_most)
    assert life.live(28) is Remedy.NONE
    assert life.live(14) is Remedy.PAUSE
    assert (life.obedience.drawn, life.obedience.told) == (16.0, 8.0)
    assert life.obedience.rules_itself
    life.live(40)
    assert not life.obedience.rules_itself


def test_a_pause_that_works_is_lifted_once_in_a_session() -> None:
    life = Life(pauses_at_most)
    life.live(50)
    assert life.live(60) is Remedy.NONE
    assert life.obedience.on_parole
    assert life.live(60) is Remedy.PAUSE
    assert life.live(8 * 3600) is Remedy.PAUSE
    assert not life.obedience.rules_itself


def test_the_next_car_gets_current_but_no_trust() -> None:
    life = Life(pauses_at_most)
    life.live(600)
    life.unplug()
    assert life.obedience.remedy is Remedy.NONE
    life.plug(obeys)
    life.live(30)
    assert life.obedience.on_parole


@pytest.mark.parametrize(
    ("wanted", "draw", "on_parole"),
    [
        pytest.param(8.0, 8.0, False, id="a limit that binds is followed"),
        pytest.param(8.0, 5.0, True, id="a car that draws less shows nothing"),
        pytest.param(15.0, 15.0, True, id="near the maximum neither"),
    ],
)
def test_parole_ends_when_a_limit_that_binds_is_followed(
    wanted: float, draw: float, *, on_parole: bool
) -> None:
    life = Life(pauses_at_most)
    life.live(50)
    life.manners = lambda told, _: min(told, draw)
    life.live(70)
    life.wanted = wanted
    life.live(90)
    assert life.obedience.on_parole is on_parole


def test_one_that_ignores_the_pause_loses_its_session_and_then_its_service() -> None:
    life = Life(ignores_everything)
    life.live(44)
    assert life.live(44) is Remedy.END_SESSION
    assert life.live(90) is Remedy.END_SESSION
    assert life.live(44) is Remedy.OUT_OF_SERVICE
    assert life.live(3600) is Remedy.OUT_OF_SERVICE
    assert life.obedience.rules_itself


def test_a_session_that_ends_leaves_it_without_current_until_it_is_unplugged() -> None:
    life = Life(ignores_everything)
    life.live(88)
    life.end_session()
    assert life.live(40) is Remedy.PAUSE
    assert not life.obedience.rules_itself
    life.status = ConnectorStatus.PREPARING
    assert life.live(3600) is Remedy.PAUSE
    life.unplug()
    assert life.obedience.remedy is Remedy.NONE


def test_a_session_that_ends_without_another_report_has_ended() -> None:
    life = Life(ignores_everything)
    life.live(88)
    life.end_session()
    life.reports = False
    assert life.live(40) is Remedy.PAUSE


def test_service_is_resumed_after_a_while_and_refused_for_twice_as_long_the_next_time() -> None:
    life = Life(ignores_everything)
    life.live(240)
    assert life.obedience.remedy is Remedy.OUT_OF_SERVICE
    for out_s in (600, 1200):
        life.end_session(ConnectorStatus.UNAVAILABLE)
        assert life.live(out_s - 240) is Remedy.OUT_OF_SERVICE
        assert life.live(300) is Remedy.PAUSE
        life.plug(ignores_everything)
        life.live(30)
        assert life.live(160) is not Remedy.NONE
        life.live(60)
        assert life.obedience.remedy is Remedy.OUT_OF_SERVICE


def test_outside_a_session_nothing_was_told() -> None:
    life = Life(ignores_everything, session=None)
    assert life.live(3600) is Remedy.NONE


def test_a_charger_that_takes_no_set_point_is_not_to_blame() -> None:
    life = Life(ignores_everything)
    life.live(60)
    life.obedience.pardon()
    assert life.obedience.remedy is Remedy.NONE
    assert not life.obedience.rules_itself
