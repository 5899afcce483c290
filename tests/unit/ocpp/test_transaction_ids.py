"""No two transactions have the same id, whichever station they run at."""

from datetime import UTC, datetime, timedelta

from custom_components.loadstar.ocpp.transaction_ids import TransactionIds

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_ids_of_one_second_differ() -> None:
    ids = TransactionIds(lambda: NOON)
    assert len({ids.next() for _ in range(100)}) == 100


def test_ids_stay_above_those_of_before_a_restart_even_when_the_clock_went_back() -> None:
    before = TransactionIds(lambda: NOON).next()
    ids = TransactionIds(lambda: NOON - timedelta(days=1))
    ids.seen(before)
    assert ids.next() > before


def test_ids_of_a_lost_storage_are_new_and_fit_what_chargers_can_keep() -> None:
    before = TransactionIds(lambda: NOON).next()
    assert TransactionIds(lambda: NOON + timedelta(seconds=5)).next() > before
    assert TransactionIds(lambda: NOON + timedelta(days=50 * 365)).next() < 2**31
