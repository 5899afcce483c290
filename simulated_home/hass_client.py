"""Talks to a running Home Assistant as its frontend does: HTTP and one websocket."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import aiohttp

from .hass_process import HassError


class FlowError(HassError):
    """A flow ended otherwise than with an entry; ``result`` says how."""

    def __init__(self, result: Mapping[str, Any]) -> None:
        """Keep the flow's last answer."""
        super().__init__(f"{result.get('type')}: {result.get('errors') or result.get('reason')}")
        self.result = result


class HassClient:
    """A user's session; use it as a context manager."""

    def __init__(self, url: str) -> None:
        """Begin logged out."""
        self.url = url
        self.token = ""
        self._session: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._last_id = 0

    async def __aenter__(self) -> Self:
        """Open the session."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close everything."""
        if self._socket is not None:
            await self._socket.close()
        if self._session is not None:
            await self._session.close()

    # Logging in.

    async def onboard(self, username: str, password: str) -> None:
        """Create the first user and finish what onboarding asks for."""
        answer = await self.request(
            "POST",
            "/api/onboarding/users",
            {
                "client_id": self._client_id,
                "name": username.capitalize(),
                "username": username,
                "password": password,
                "language": "en",
            },
        )
        await self._take_token(answer["auth_code"])
        for step in await self.request("GET", "/api/onboarding"):
            if step["done"]:
                continue
            body = (
                {"client_id": self._client_id, "redirect_uri": self._client_id}
                if step["step"] == "integration"
                else {}
            )
            await self.request("POST", f"/api/onboarding/{step['step']}", body)

    async def is_onboarded(self) -> bool:
        """Whether there is a user."""
        async with self._http.get(f"{self.url}/api/onboarding") as answer:
            if answer.status == HTTPStatus.NOT_FOUND:  # nothing is left to do
                return True
            return all(step["done"] for step in await answer.json() if step["step"] == "user")

    async def login(self, username: str, password: str) -> None:
        """Log in with a password."""
        flow = await self.request(
            "POST",
            "/auth/login_flow",
            {
                "client_id": self._client_id,
                "handler": ["homeassistant", None],
                "redirect_uri": self._client_id,
            },
        )
        answer = await self.request(
            "POST",
            f"/auth/login_flow/{flow['flow_id']}",
            {"client_id": self._client_id, "username": username, "password": password},
        )
        if answer["type"] != "create_entry":
            raise FlowError(answer)
        await self._take_token(answer["result"])
        self._socket = None  # one to a Home Assistant that has died looks open

    async def _take_token(self, code: str) -> None:
        form = {"client_id": self._client_id, "grant_type": "authorization_code", "code": code}
        async with self._http.post(f"{self.url}/auth/token", data=form) as answer:
            answer.raise_for_status()
            self.token = (await answer.json())["access_token"]

    # HTTP.

    async def request(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request and return its JSON; an error carries the answer's text."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with self._http.request(
            method, f"{self.url}{path}", json=body, headers=headers
        ) as answer:
            if not answer.ok:
                message = f"{method} {path}: {answer.status} {await answer.text()}"
                raise HassError(message)
            return await answer.json()

    async def wait_until_running(self, timeout_s: float = 60.0) -> None:
        """Wait until every integration is set up."""
        async with asyncio.timeout(timeout_s):
            while (await self.request("GET", "/api/config"))["state"] != "RUNNING":  # noqa: ASYNC110  it is another process
                await asyncio.sleep(0.2)

    async def flow(self, handler: str, *answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """Add a config entry, one answer a form; return the entry. Raise FlowError."""
        result = await self.request("POST", "/api/config/config_entries/flow", {"handler": handler})
        result = await self._answer("/api/config/config_entries/flow", result, answers)
        entry: Mapping[str, Any] = result["result"]
        return entry

    async def reconfigure(self, entry: Mapping[str, Any], *answers: Mapping[str, Any]) -> None:
        """Change a config entry, one answer a form; raise FlowError."""
        result = await self.request(
            "POST",
            "/api/config/config_entries/flow",
            {"handler": entry["domain"], "entry_id": entry["entry_id"]},
        )
        await self._answer("/api/config/config_entries/flow", result, answers, changes=True)

    async def subentry_flow(
        self, entry_id: str, kind: str, *answers: Mapping[str, Any], subentry_id: str | None = None
    ) -> str:
        """Add a subentry, or reconfigure ``subentry_id``; return its id. Raise FlowError."""
        path = "/api/config/config_entries/subentries/flow"
        body = {"handler": [entry_id, kind]}
        if subentry_id is not None:
            await self._answer(
                path,
                await self.request("POST", path, {**body, "subentry_id": subentry_id}),
                answers,
                changes=True,
            )
            return subentry_id
        before = {sub["subentry_id"] for sub in await self.subentries(entry_id)}
        await self._answer(path, await self.request("POST", path, body), answers)
        (added,) = {sub["subentry_id"] for sub in await self.subentries(entry_id)} - before
        return str(added)

    async def _answer(
        self,
        path: str,
        result: Mapping[str, Any],
        answers: tuple[Mapping[str, Any], ...],
        *,
        changes: bool = False,
    ) -> Mapping[str, Any]:
        """Answer form after form until the flow ends."""
        remaining = list(answers)
        while result["type"] == "form" and not result.get("errors"):
            if not remaining:
                raise FlowError({**result, "reason": f"nothing to answer {result['step_id']} with"})
            result = await self.request("POST", f"{path}/{result['flow_id']}", remaining.pop(0))
        changed = changes and result.get("reason") == "reconfigure_successful"
        if result["type"] != "create_entry" and not changed:
            raise FlowError(result)
        return result

    async def entries(self, domain: str) -> list[Mapping[str, Any]]:
        """Return the config entries of an integration."""
        path = f"/api/config/config_entries/entry?domain={domain}"
        entries: list[Mapping[str, Any]] = await self.request("GET", path)
        return entries

    async def remove_entry(self, entry_id: str) -> None:
        """Remove a config entry."""
        await self.request("DELETE", f"/api/config/config_entries/entry/{entry_id}")

    async def states(self) -> dict[str, Mapping[str, Any]]:
        """Return every state by entity."""
        return {state["entity_id"]: state for state in await self.request("GET", "/api/states")}

    async def state(self, entity_id: str) -> Mapping[str, Any]:
        """Return one state."""
        state: Mapping[str, Any] = await self.request("GET", f"/api/states/{entity_id}")
        return state

    async def set_state(
        self, entity_id: str, value: object, attributes: Mapping[str, Any] | None = None
    ) -> None:
        """Set a state as a meter behind the API would."""
        await self.request(
            "POST",
            f"/api/states/{entity_id}",
            {"state": str(value), "attributes": dict(attributes or {})},
        )

    async def call_service(self, service: str, **data: Any) -> None:
        """Call an action, as ``select.select_option``."""
        await self.request("POST", f"/api/services/{service.replace('.', '/')}", data)

    # The websocket.

    async def ws(self, kind: str, **message: Any) -> Any:
        """Send a websocket command and return its result; raise HassError."""
        socket = await self._open_socket()
        self._last_id += 1
        await socket.send_json({"id": self._last_id, "type": kind, **message})
        async with asyncio.timeout(30):
            while (answer := await socket.receive_json()).get("id") != self._last_id:
                pass
        if not answer["success"]:
            message_text = f"{kind}: {answer['error']['message']}"
            raise HassError(message_text)
        return answer["result"]

    async def ask_service(self, service: str, **data: Any) -> Any:
        """Call an action and return its answer; raise HassError where it refuses."""
        domain, name = service.split(".")
        result = await self.ws(
            "call_service", domain=domain, service=name, service_data=data, return_response=True
        )
        return result["response"]

    async def subentries(self, entry_id: str) -> list[Mapping[str, Any]]:
        """Return the subentries of a config entry."""
        listed: list[Mapping[str, Any]] = await self.ws(
            "config_entries/subentries/list", entry_id=entry_id
        )
        return listed

    async def entity_ids(self, platform: str) -> dict[str, str]:
        """Return an integration's entities by unique id."""
        entities = await self.ws("config/entity_registry/list")
        return {
            entity["unique_id"]: entity["entity_id"]
            for entity in entities
            if entity["platform"] == platform
        }

    async def _open_socket(self) -> aiohttp.ClientWebSocketResponse:
        if self._socket is None or self._socket.closed:
            self._socket = await self._http.ws_connect(
                f"{self.url}/api/websocket", max_msg_size=0, heartbeat=20
            )
            await self._socket.receive_json()
            await self._socket.send_json({"type": "auth", "access_token": self.token})
            answer = await self._socket.receive_json()
            if answer["type"] != "auth_ok":
                raise HassError(str(answer))
        return self._socket

    @property
    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise HassError("use the client as a context manager")
        return self._session

    @property
    def _client_id(self) -> str:
        return f"{self.url}/"
