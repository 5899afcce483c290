"""Frames by the grammar of OCPP-J and against it, the same ones for the same seed."""

from base64 import b64encode
from collections.abc import Callable, Mapping
import json
import random
from typing import Any

from websockets.frames import Frame, Opcode

from .fuzz_vocabulary import ANSWERS, CALLS, COMMANDS

INFINITY = float("inf")
NUMBERS = (0, -1, 0.5, -0.0, 1e308, 2**31, 2**63, 10**400, float("nan"), INFINITY, -INFINITY)
TEXTS = (
    "",
    " ",
    "\x00",
    "\ud800",
    "\u202egnirts\u202c",
    "⚡\U0001d518🔌" * 9,
    "a" * 300,
    "%s%n{0}",
    "../../etc/passwd",
    "NaN",
    "1e999",
    "-1",
    "1_0",
    "٣",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "2027-02-30T00:00:00Z",
    "2027-01-15T08:00:00",
)
DAMAGE = ("", '"', "{", "]", ",", "\\u", "\ufeff")
WITH_IDS = (
    "DataTransfer",
    "MeterValues",
    "StartTransaction",
    "StatusNotification",
    "StopTransaction",
)
STATUSES = ("Available", "Preparing", "SuspendedEV", "SuspendedEVSE", "Finishing", "Faulted")

type Raw = str | bytes | list[str]
"""A text, a binary message, or a text in fragments."""


class Fuzzer:
    """A charger's side of a conversation, gone wrong."""

    def __init__(self, seed: int) -> None:
        """Begin a sequence of frames."""
        self._random = random.Random(seed)
        self._last_id = 0
        self._kinds: Mapping[Callable[[], Raw], int] = {
            self._call: 40,
            self._mutated_call: 80,
            self._unheard_of: 40,
            self._misshapen: 25,
            self._unasked_answer: 10,
            self._any_json: 10,
            self._damaged_text: 20,
            self._binary: 5,
            self._deep: 3,
            self._long: 1,
        }

    def frame(self) -> Raw:
        """Return the next frame."""
        [kind] = self._random.choices(list(self._kinds), list(self._kinds.values()))
        raw = kind()
        if isinstance(raw, str) and self._random.random() < 0.1:
            return self._fragments(raw)
        return raw

    def answer(self, unique_id: str, action: str) -> str:
        """Return an answer to one of our calls; half of them are as they should be."""
        payload: Any = ANSWERS.get(action, {"status": "Accepted"})
        if self._random.random() < 0.5:
            payload = self._mutate(payload, 3)
        if self._random.random() < 0.1:
            return self._dump([4, unique_id, self._junk(), self._junk(), self._junk()])
        return self._dump([3, unique_id, payload])

    def violation(self) -> bytes:
        """Return bytes that WebSocket itself forbids."""
        data = self._random.randbytes(self._random.randrange(8, 60))
        return self._random.choice(
            (
                Frame(Opcode.TEXT, b"[2]").serialize(mask=False),
                Frame(Opcode.TEXT, b"\xff\xfe" + data).serialize(mask=True),
                b"\xa1\x81" + data,  # a reserved bit
                Frame(Opcode.CONT, data).serialize(mask=True),
                Frame(Opcode.CLOSE, b"\x00").serialize(mask=True),
                Frame(Opcode.TEXT, b"x" * 70_000).serialize(mask=True),
                b"\x83" + data,  # an opcode that does not exist
                b"\x81\xff" + b"\xff" * 12,  # a length beyond all bounds
            )
        )

    def _id(self) -> str:
        self._last_id += 1
        return f"{self._last_id}"

    def _call(self) -> str:
        action = self._random.choice(list(CALLS))
        payload = dict(CALLS[action])
        if action == "StatusNotification":
            payload["status"] = self._random.choice(STATUSES)
        return self._dump([2, self._id(), action, payload])

    def _mutated_call(self) -> str:
        action = self._random.choice(list(CALLS))
        return self._dump([2, self._id(), action, self._mutate(CALLS[action], 4)])

    def _unheard_of(self) -> str:
        """Return a call about connectors, transactions and tags that there never were."""
        action = self._random.choice(WITH_IDS)
        strange = {
            "connectorId": self._random.choice((1, self._random.randrange(2**31))),
            "transactionId": self._random.randrange(2**31),
            "idTag": self._random.randbytes(6).hex(),
            "vendorId": self._random.randbytes(6).hex(),
            "timestamp": f"2027-01-15T08:00:{self._random.uniform(10, 50)}Z",
        }
        return self._dump([2, self._id(), action, {**CALLS[action], **strange}])

    def _misshapen(self) -> str:
        """Return a call whose frame is wrong in one place."""
        call: list[Any] = [2, self._id(), "StartTransaction", CALLS["StartTransaction"]]
        match self._random.randrange(7):
            case 0:
                call[0] = self._random.choice((0, 1, 5, 6, 2.5, "2", True, 10**30, None, [2]))
            case 1:
                call[1] = self._junk()
            case 2:
                call[2] = self._random.choice((*COMMANDS, "", "start", "x" * 500, 7, None, {}))
            case 3:
                call[3] = self._junk()
            case 4:
                call = call[: self._random.randrange(4)]
            case 5:
                call += [self._junk()] * self._random.randrange(1, 4)
            case _:
                call[1] = "i" * self._random.randrange(30, 200)
        return self._dump(call)

    def _unasked_answer(self) -> str:
        if self._random.random() < 0.5:
            return self._dump([3, self._id(), self._junk()])
        return self._dump([4, self._id(), self._junk(), self._junk(), self._junk()])

    def _any_json(self) -> str:
        return self._dump(self._random.choice((self._junk(), [self._junk()], {"a": self._junk()})))

    def _damaged_text(self) -> str:
        """Return a call of which a few characters are lost, doubled or replaced."""
        text = self._call()
        for _ in range(self._random.randrange(1, 4)):
            at = self._random.randrange(len(text))
            end = at + self._random.randrange(8)
            middle = self._random.choice(
                ("", text[at:end] * 2, '"', "{", "]", ",", "\\u", "\ufeff")
            )
            text = text[:at] + middle + text[end:]
        return text

    def _binary(self) -> bytes:
        if self._random.random() < 0.5:
            return self._call().encode()
        return b64encode(self._random.randbytes(40)) + self._random.randbytes(40)

    def _deep(self) -> str:
        depth = self._random.choice((50, 900, 5000))
        left, right = self._random.choice((("[", "]"), ('{"a":', "}")))
        return f'[2,"{self._id()}","DataTransfer",{left * depth}1{right * depth}]'

    def _long(self) -> str:
        size = self._random.randrange(1000, 30_000)
        return self._dump([2, self._id(), "DataTransfer", {"vendorId": "v" * size}])

    def _fragments(self, text: str) -> list[str]:
        cuts = sorted(self._random.randrange(len(text) + 1) for _ in range(3))
        return [text[i:j] for i, j in zip([0, *cuts], [*cuts, len(text)], strict=True)]

    def _mutate(self, payload: Mapping[str, Any], times: int) -> Any:
        mutated = json.loads(json.dumps(payload))
        for _ in range(self._random.randint(1, times)):
            self._mutate_once(mutated)
        return mutated

    def _mutate_once(self, payload: dict[str, Any]) -> None:
        """Change one value, at any depth."""
        place: Any = payload
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = self._random.choice(keys) if keys else None
            inner = place[key] if key is not None else None
            if isinstance(inner, dict | list) and inner and self._random.random() < 0.7:
                place = inner
                continue
            break
        if isinstance(place, list):
            place.append(self._junk())
        elif key is None or self._random.random() < 0.1:
            place[self._random.choice(TEXTS)] = self._junk()
        elif self._random.random() < 0.2:
            del place[key]
        else:
            place[key] = self._junk()

    def _junk(self) -> Any:
        """Return a value of any type."""
        return self._random.choice(
            (
                None,
                True,
                False,
                self._random.choice(NUMBERS),
                self._random.choice(TEXTS),
                self._random.randint(-5, 200),
                self._random.randrange(2**31),
                str(self._random.uniform(-50, 5000)),
                [],
                {},
                [[self._random.choice(TEXTS)]] * 3,
                {"": {"a": self._random.choice(NUMBERS)}},
            )
        )

    def _dump(self, value: Any) -> str:
        """Write JSON, now and then with a key that comes twice."""
        if isinstance(value, dict):
            items = [
                f"{json.dumps(key)}:{self._dump(inner)}"
                for key, inner in value.items()
                for _ in range(2 if self._random.random() < 0.03 else 1)
            ]
            return f"{{{','.join(items)}}}"
        if isinstance(value, list | tuple):
            return f"[{','.join(self._dump(inner) for inner in value)}]"
        return json.dumps(value)
