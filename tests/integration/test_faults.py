"""Faults are said once, and taken back once."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.loadstar.charger_faults import CLOCK_PATIENCE_S, OBEDIENT_S
from custom_components.loadstar.engine.models import PhaseTriple, Remedy
from custom_components.loadstar.faults import METER_PATIENCE_S, Faults
from custom_components.loadstar.limits import Observed, wire
from custom_components.loadstar.models import ChargerSnapshot, SiteSnapshot, Snapshot
from custom_components.loadstar.overload_faults import PATIENCE_S
from tests.integration.common import GARAGE, make_entry
from tests.integration.wiring import site

CREATED = datetime(2026, 11, 20, tzinfo=UTC)
WIRING = wire(site(), {}, 1.0)
SILENT = SiteSnapshot(meter_stale=True)
FROZEN = SiteSnapshot(meter_stale=True, meter_frozen=True)
OBEYS = ChargerSnapshot(connected=True, proof="proved", transaction_id=7)


class Watch:
    """Faults of a site, as one cycle after the other sees it."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass
        self.now = 1000.0
        self.faults = Faults(hass, "entry", site())

    def see(
        self, charger: ChargerSnapshot = OBEYS, site: SiteSnapshot | None = None, after: float = 2.0
    ) -> set[str]:
        """Look at a snapshot some seconds later; return the keys of what is said now."""
        self.now += after
        snapshot = Snapshot(
            created_at=CREATED, site=site or SiteSnapshot(), chargers={"garage": charger}
        )
        self.faults.look(snapshot, WIRING, self.now)
        return said(self.hass)

    def see_wiring(self, reserve: PhaseTriple | None, **unattended: float) -> set[str]:
        """Look at a site that has come to be known better."""
        observed = Observed(reserve=reserve, unattended=unattended)
        snapshot = Snapshot(created_at=CREATED, chargers={"garage": OBEYS})
        self.faults.look(snapshot, wire(site(), {}, 1.0, observed), self.now)
        return said(self.hass)


@pytest.fixture
def watch(hass: HomeAssistant) -> Watch:
    make_entry((GARAGE,)).add_to_hass(hass)
    return Watch(hass)


def said(hass: HomeAssistant) -> set[str]:
    """Return the words of all repair issues."""
    return {str(issue.translation_key) for issue in ir.async_get(hass).issues.values()}


def issue(hass: HomeAssistant) -> ir.IssueEntry:
    """Return the one repair issue that there is."""
    (only,) = ir.async_get(hass).issues.values()
    return only


def words(hass: HomeAssistant) -> dict[str, str]:
    """Return what stands in the one issue that there is."""
    return issue(hass).translation_placeholders or {}


def test_a_meter_that_stays_stale_raises_one_issue_and_takes_it_back(
    watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    assert watch.see(site=SILENT) == set()
    assert watch.see(site=SILENT, after=METER_PATIENCE_S - 1) == set()
    assert watch.see(site=SILENT) == {"meter_stale"}
    assert watch.see(site=SILENT) == {"meter_stale"}
    assert caplog.text.count("no usable values") == 1
    assert watch.see() == set()
    assert watch.see() == set()
    assert caplog.text.count("mended") == 1


def test_a_hiccup_of_the_meter_starts_its_patience_anew(watch: Watch) -> None:
    watch.see(site=SILENT)
    watch.see(after=20.0)
    watch.see(site=SILENT, after=5.0)
    assert watch.see(site=SILENT, after=METER_PATIENCE_S - 1) == set()


def test_a_frozen_meter_is_said_at_once_and_not_twice(watch: Watch) -> None:
    assert watch.see(site=FROZEN) == {"meter_frozen"}
    assert watch.see(site=FROZEN, after=600.0) == {"meter_frozen"}
    assert watch.see() == set()


def test_a_frozen_meter_that_falls_silent_is_a_silent_one(watch: Watch) -> None:
    watch.see(site=FROZEN)
    watch.see(site=SILENT)
    assert watch.see(site=SILENT, after=METER_PATIENCE_S) == {"meter_stale"}


PROBLEMS = ["setpoint_rejected", "fallback_rejected", "no_answer", "limits_ignored"]


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_charger_that_is_not_held_raises_an_issue_until_it_is(
    watch: Watch, problem: str, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = replace(OBEYS, problem=problem)
    for _ in range(3):
        assert watch.see(wrong) == {problem}
    assert issue(watch.hass).severity is ir.IssueSeverity.ERROR
    assert words(watch.hass) == {"charger": "Garage", "station": "CP1"}
    assert len([record for record in caplog.records if record.levelname == "WARNING"]) == 1
    away = replace(OBEYS, connected=False)
    assert watch.see(away) == {problem}, "a charger that is away has not been mended"
    assert watch.see() == set()


def test_one_problem_after_the_other_is_one_issue(watch: Watch) -> None:
    watch.see(replace(OBEYS, problem="no_answer"))
    assert watch.see(replace(OBEYS, problem="setpoint_rejected")) == {"setpoint_rejected"}


@pytest.mark.parametrize("changes", [{"proof": "failed"}, {"problem": "fallback_failed"}])
def test_a_fallback_that_failed_its_proof_can_be_proved_again(
    watch: Watch, changes: dict[str, Any]
) -> None:
    assert watch.see(replace(OBEYS, **changes)) == {"fallback_failed"}
    assert issue(watch.hass).is_fixable
    assert issue(watch.hass).data == {
        "entry_id": "entry",
        "subentry_id": "garage",
        "fix": "fallback_failed",
    }
    assert watch.see(replace(OBEYS, proof="unproved")) == set()


@pytest.mark.parametrize("proof", ["unproved", "running", "proved"])
def test_a_fallback_that_has_not_failed_is_no_fault(watch: Watch, proof: str) -> None:
    assert watch.see(replace(OBEYS, proof=proof)) == set()


def test_a_failed_proof_beside_another_problem_is_said_too(watch: Watch) -> None:
    both = replace(OBEYS, proof="failed", problem="setpoint_rejected")
    assert watch.see(both) == {"fallback_failed", "setpoint_rejected"}


class TestDisobedience:
    """A charger that draws more than it was told."""

    def test_each_step_has_its_own_words_and_the_last_ones_stay(self, watch: Watch) -> None:
        assert watch.see(replace(OBEYS, remedy=Remedy.PAUSE)) == {"disobedient_paused"}
        ended = replace(OBEYS, remedy=Remedy.END_SESSION)
        assert watch.see(ended) == {"disobedient_session_ended"}
        after = replace(OBEYS, remedy=Remedy.PAUSE, transaction_id=None)
        assert watch.see(after) == {"disobedient_session_ended"}, "a pause says less"
        out = replace(OBEYS, remedy=Remedy.OUT_OF_SERVICE, out_of_service=True)
        assert watch.see(out) == {"disobedient_session_ended", "out_of_service"}

    def test_it_is_forgiven_after_five_minutes_of_a_session(self, watch: Watch) -> None:
        watch.see(replace(OBEYS, remedy=Remedy.PAUSE))
        assert watch.see() == {"disobedient_paused"}
        assert watch.see(after=OBEDIENT_S - 1) == {"disobedient_paused"}
        assert watch.see() == set()

    def test_time_without_a_session_or_a_connection_does_not_count(self, watch: Watch) -> None:
        watch.see(replace(OBEYS, remedy=Remedy.END_SESSION))
        for idle in (replace(OBEYS, transaction_id=None), replace(OBEYS, connected=False)):
            watch.see()
            watch.see(idle, after=OBEDIENT_S)
            assert watch.see(after=OBEDIENT_S) == {"disobedient_session_ended"}
        assert watch.see(after=OBEDIENT_S) == set()

    def test_another_slip_begins_the_five_minutes_anew(self, watch: Watch) -> None:
        watch.see(replace(OBEYS, remedy=Remedy.PAUSE))
        watch.see()
        watch.see(replace(OBEYS, remedy=Remedy.PAUSE), after=OBEDIENT_S - 5)
        watch.see()
        assert watch.see(after=OBEDIENT_S - 5) == {"disobedient_paused"}

    def test_out_of_service_is_said_of_a_charger_that_is_away_too(self, watch: Watch) -> None:
        away = ChargerSnapshot(connected=False, out_of_service=True)
        assert watch.see(away) == {"out_of_service"}
        assert issue(watch.hass).is_fixable
        assert watch.see(ChargerSnapshot(connected=False)) == set()


class TestClock:
    """A charger whose clock is wrong."""

    @pytest.mark.parametrize(("offset", "told"), [(601.4, "+600"), (-44.0, "-40"), (31.0, "+30")])
    def test_it_is_said_after_a_minute_with_the_figure(
        self, watch: Watch, offset: float, told: str
    ) -> None:
        wrong = replace(OBEYS, clock_offset_s=offset)
        assert watch.see(wrong) == set()
        assert watch.see(wrong, after=CLOCK_PATIENCE_S - 1) == set()
        assert watch.see(wrong) == {"clock_offset"}
        assert words(watch.hass)["offset"] == told
        assert issue(watch.hass).severity is ir.IssueSeverity.WARNING
        assert watch.see(replace(OBEYS, clock_offset_s=2.0)) == set()

    def test_a_clock_that_was_set_in_the_meantime_is_no_fault(self, watch: Watch) -> None:
        watch.see(replace(OBEYS, clock_offset_s=600.0))
        watch.see(replace(OBEYS, clock_offset_s=1.0), after=50.0)
        watch.see(replace(OBEYS, clock_offset_s=600.0), after=50.0)
        assert watch.see(replace(OBEYS, clock_offset_s=600.0), after=50.0) == set()

    def test_a_few_seconds_more_change_no_words(
        self, watch: Watch, caplog: pytest.LogCaptureFixture
    ) -> None:
        for offset in (599.0, 601.0, 603.0, 604.9):
            watch.see(replace(OBEYS, clock_offset_s=offset), after=CLOCK_PATIENCE_S)
        assert words(watch.hass)["offset"] == "+600"
        assert caplog.text.count("clock is wrong") == 1
        watch.see(replace(OBEYS, clock_offset_s=1200.0))
        assert words(watch.hass)["offset"] == "+1200", "the words are those of now"
        assert caplog.text.count("clock is wrong") == 1

    @pytest.mark.parametrize("offset", [None, 0.0, 30.0, -30.0])
    def test_what_is_within_half_a_minute_or_unknown_is_right(
        self, watch: Watch, offset: float | None
    ) -> None:
        right = replace(OBEYS, clock_offset_s=offset)
        watch.see(right)
        assert watch.see(right, after=600.0) == set()


def test_the_last_rung_of_the_ladder_is_a_weak_hold(watch: Watch) -> None:
    assert watch.see(replace(OBEYS, method="charge_point_max")) == {"weak_hold"}
    assert issue(watch.hass).severity is ir.IssueSeverity.WARNING
    for method in ("tx_two_periods", "tx_default", None):
        assert watch.see(replace(OBEYS, method=method)) == set()


@pytest.mark.parametrize(
    ("state", "key"),
    [
        ("refused", "key_refused"),
        ("not_used", "key_not_used"),
        ("none", None),
        ("waiting", None),
        ("handed_over", None),
        ("proved", None),
    ],
)
def test_a_key_that_does_not_arrive_is_said_also_of_a_charger_that_is_away(
    watch: Watch, state: str, key: str | None
) -> None:
    away = ChargerSnapshot(connected=False, key_state=state)
    assert watch.see(away) == ({key} if key else set())
    assert watch.see(replace(away, key_state=None)) == ({key} if key else set()), "nobody knows"
    assert watch.see(replace(away, key_state="proved")) == set()


class TestFallbacks:
    """Whether what chargers do by themselves fits the wires."""

    def test_a_household_that_needs_more_is_named_with_its_phase(self, watch: Watch) -> None:
        assert watch.see_wiring((4.0, 19.0, 4.0)) == set()
        assert watch.see_wiring((4.0, 19.1, 4.0)) == {"fallbacks_over_breaker"}
        assert words(watch.hass) == {
            "site": "Home",
            "phase": "B",
            "fallbacks": "6",
            "reserve": "19.1",
            "limit": "25",
        }
        assert issue(watch.hass).severity is ir.IssueSeverity.WARNING
        watch.see_wiring((4.0, 21.0, 4.0))
        assert words(watch.hass)["reserve"] == "21", "the figures are those of now"
        assert watch.see_wiring(None) == set()

    def test_a_maximum_that_does_not_fit_names_its_charger(self, watch: Watch) -> None:
        assert watch.see_wiring((9.0, 9.0, 9.0), garage=16.0) == set()
        assert watch.see_wiring(None, garage=16.0) == {"maximum_over_breaker"}
        assert words(watch.hass)["chargers"] == "Garage"
        assert words(watch.hass)["fallbacks"] == "16"
        assert issue(watch.hass).severity is ir.IssueSeverity.ERROR
        assert watch.see_wiring(None) == set()

    def test_who_does_not_fit_anyway_is_not_blamed_on_a_maximum(self, watch: Watch) -> None:
        said_now = watch.see_wiring((20.0, 4.0, 4.0), garage=16.0)
        assert said_now == {"fallbacks_over_breaker"}


async def test_an_issue_is_taken_back_after_a_reload_too(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    make_entry((GARAGE,)).add_to_hass(hass)
    Watch(hass).see(replace(OBEYS, problem="setpoint_rejected", method="charge_point_max"))
    again = Watch(hass)
    assert said(hass) == {"setpoint_rejected", "weak_hold"}
    assert again.see() == set()
    assert "mended" not in caplog.text, "nobody has said that it does not"


@pytest.mark.parametrize(
    "wrong",
    [
        {"problem": "no_answer"},
        {"proof": "failed"},
        {"remedy": Remedy.PAUSE},
        {"out_of_service": True},
        {"method": "charge_point_max"},
        {"key_state": "refused"},
    ],
)
async def test_the_issues_of_a_charger_that_was_removed_go_with_it(
    hass: HomeAssistant, wrong: dict[str, Any]
) -> None:
    site_entry = make_entry((GARAGE,))
    site_entry.add_to_hass(hass)
    assert Watch(hass).see(replace(OBEYS, **wrong))
    assert hass.config_entries.async_remove_subentry(site_entry, "garage")
    Faults(hass, "entry", site())
    assert said(hass) == set()


OVERLOADED = SiteSnapshot(overload=True, overloaded_phases="A")


@pytest.mark.parametrize(
    ("charger", "key"),
    [
        pytest.param(
            ChargerSnapshot(connected=False, transaction_id=7), "overload_silent", id="not heard"
        ),
        pytest.param(replace(OBEYS, currents=(9.0, 9.0, 9.0)), "overload_charging", id="draws"),
        pytest.param(
            replace(OBEYS, currents=(0.4, None, None)), "overload_household", id="draws nothing"
        ),
    ],
)
def test_an_overload_that_lasts_is_told_with_who_makes_it(
    watch: Watch, charger: ChargerSnapshot, key: str
) -> None:
    assert key not in watch.see(charger, OVERLOADED)
    assert key not in watch.see(charger, OVERLOADED, after=PATIENCE_S - 1)
    assert key in watch.see(charger, OVERLOADED, after=1)
    assert key not in watch.see(charger)


def test_overloads_that_are_mended_in_time_are_not_told(watch: Watch) -> None:
    for _ in range(5):
        assert watch.see(site=OVERLOADED, after=PATIENCE_S - 1) == set()
        assert watch.see() == set()
