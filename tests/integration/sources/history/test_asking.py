"""The recorder is asked, and whatever it does nobody waits for ever."""

import asyncio
from unittest.mock import AsyncMock, Mock, patch

from homeassistant.core import HomeAssistant
import pytest
from sqlalchemy.exc import OperationalError

from custom_components.loadstar.sources.history import asking
from custom_components.loadstar.sources.history.asking import HistoryError, async_ask


def recorder(answer: AsyncMock) -> Mock:
    return Mock(async_add_executor_job=answer)


async def ask(hass: HomeAssistant, answer: AsyncMock) -> float:
    with patch.object(asking, "get_instance", return_value=recorder(answer)):
        return await async_ask(hass, max, 1.0, 2.0)


async def test_what_the_job_finds_is_the_answer(hass: HomeAssistant) -> None:
    answer = AsyncMock(return_value=2.0)
    assert await ask(hass, answer) == 2.0
    answer.assert_awaited_once_with(max, 1.0, 2.0)


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("SELECT", None, Exception("server has gone away")),
        RuntimeError("Session required"),
    ],
)
async def test_a_recorder_that_fails_says_why(hass: HomeAssistant, error: Exception) -> None:
    with pytest.raises(HistoryError, match=r"gone away|Session required") as failure:
        await ask(hass, AsyncMock(side_effect=error))
    assert failure.value.__cause__ is error


async def test_a_recorder_that_hangs_is_not_waited_for(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(*_: object) -> float:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(asking, "PATIENCE_S", 0.0)
    with pytest.raises(HistoryError, match="Timeout"):
        await ask(hass, AsyncMock(side_effect=hang))


async def test_a_fault_of_the_job_is_no_fault_of_the_recorder(hass: HomeAssistant) -> None:
    with pytest.raises(ZeroDivisionError):
        await ask(hass, AsyncMock(side_effect=ZeroDivisionError))
