"""The HTTP layer: from requests to the service, from answers to bytes, with the faults in between.

Whatever is sent to it, it answers with a 4xx problem+json; a 5xx comes from a programmed fault only.
"""

import asyncio
from collections.abc import Callable
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from centara_giftcard.sandbox import inspection
from centara_giftcard.sandbox.connection import Doubled, Dropped
from centara_giftcard.sandbox.dialect import Dialect
from centara_giftcard.sandbox.faults import KINDS, Fault, FaultName
from centara_giftcard.sandbox.hearing import Hearing
from centara_giftcard.sandbox.ledger import RefusalError
from centara_giftcard.sandbox.routes import Match, WrongMethodError
from centara_giftcard.sandbox.service import Service
from centara_giftcard.sandbox.spoil import fault_answer, spoil
from centara_giftcard.sandbox.voice import Rendered, Voice
from centara_giftcard.sandbox.wire import Reply, problem, refused

MAX_BODY_BYTES = 65_536

_TOO_LARGE = problem(413, "body_too_large", f"The body must not be beyond {MAX_BODY_BYTES} bytes.")


class LoyaltyApi:
    """The API as an ASGI application. Setting `stopping` ends every delay by dropping its connection."""

    def __init__(self, service: Service, stopping: asyncio.Event) -> None:
        self._service = service
        self._stopping = stopping
        self._dialect = service.dialect
        self._hearing = Hearing(service.dialect, service.decimals)
        self._voice = Voice(service.dialect, service.decimals)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            answer = await self._answer(request)
        except ClientDisconnect:
            return
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> ASGIApp:
        body = await _read_body(request)
        try:
            path, query = (
                request.scope["raw_path"].decode("ascii"),
                request.scope["query_string"].decode("ascii"),
            )
            found = self._hearing.match(request.method, path, query, body or b"")
        except WrongMethodError as refusal:
            return self._said(problem(refusal.status, refusal.code, refusal.detail, {"Allow": refusal.allow}))
        except RefusalError as refusal:
            return self._said(refused(refusal))
        subject = self._service.subject(found)
        self._service.count(found.call, subject)
        if not self._hearing.accepts(request.headers, query):
            challenge = {"WWW-Authenticate": "Bearer"}
            return self._said(problem(401, "token_refused", "The token is not accepted.", challenge))
        if body is None:
            return self._said(_TOO_LARGE)
        fault = self._service.faults.take(subject, found.call, found.names.get("code", ""))
        if fault is not None:
            return await self._misbehave(fault, found, request, body)
        if found.call in self._dialect.behaves.late:
            return self._promise(found, request, body, *self._late_answer())
        reply = self._perform(found, request, body)
        return Doubled(self._voice.render(reply)) if self._dialect.behaves.doubled else self._said(reply)

    def _late_answer(self) -> tuple[float, Reply]:
        behaves = self._dialect.behaves
        late = problem(504, "gateway_timeout", "The server did not answer in time.")
        return behaves.late_s, Reply(202) if behaves.late_status == 202 else late

    def _promise(self, found: Match, request: Request, body: bytes, after_s: float, reply: Reply) -> Response:
        """Answer now, and do what was asked later."""
        asyncio.get_running_loop().call_later(after_s, partial(self._perform, found, request, body))
        return self._said(reply)

    async def _misbehave(self, fault: Fault, found: Match, request: Request, body: bytes) -> ASGIApp:
        name = fault.name
        if name is FaultName.DROP_BEFORE or (name is FaultName.DELAY_BEFORE and await self._stopped(fault)):
            return Dropped()
        if not KINDS[name].applies:
            return self._said(fault_answer(fault))
        if name is FaultName.PROMISED:
            return self._promise(found, request, body, fault.seconds, fault_answer(fault))
        reply = self._perform(found, request, body, part=name is FaultName.PART)
        if name is FaultName.DOUBLED:
            return Doubled(self._voice.render(reply))
        if name is FaultName.DROP_AFTER or (name is FaultName.DELAY_AFTER and await self._stopped(fault)):
            return Dropped()
        if name is FaultName.DROP_MIDWAY:
            return Dropped(self._voice.render(reply))
        return _response(spoil(reply, fault, self._voice))

    def _said(self, reply: Reply) -> Response:
        return _response(self._voice.render(reply))

    def _perform(self, found: Match, request: Request, body: bytes, part: bool = False) -> Reply:
        headers = request.headers
        content_type, key = headers.get("content-type", ""), headers.get("idempotency-key")
        return self._service.perform(found, body, content_type, key, part)

    async def _stopped(self, fault: Fault) -> bool:
        """Wait as long as the fault says; True when the server was told to stop meanwhile."""
        try:
            await asyncio.wait_for(self._stopping.wait(), fault.seconds)
        except TimeoutError:
            return False
        return True


def build_app(service: Service, stopping: asyncio.Event) -> Starlette:
    """The whole server: the API, the doors beside it, and a refusal for every other address."""
    voice = Voice(service.dialect, service.decimals)

    async def http_problem(_: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        headers = error.headers if isinstance(error, HTTPException) else None
        detail = "No such address." if status == 404 else "The request is refused."
        return _response(voice.render(problem(status, "address_unknown", detail, headers)))

    # The doors are the sandbox's own, and speak plainly whatever the dialect.
    plain = Voice(Dialect(), service.decimals)

    def door(act: Callable[[bytes], Reply]) -> Callable[[Request], object]:
        async def endpoint(request: Request) -> Response:
            body = await _read_body(request)
            return _response(plain.render(_TOO_LARGE if body is None else act(body)))

        return endpoint

    app = Starlette(
        routes=[
            Mount(service.dialect.looks.base_path, app=LoyaltyApi(service, stopping)),
            Route("/_sandbox/ledger", door(lambda _: inspection.books(service)), methods=["GET"]),
            Route("/_sandbox/reset", door(lambda _: inspection.reset(service)), methods=["POST"]),
            Route(
                "/_sandbox/faults", door(lambda body: inspection.set_faults(service, body)), methods=["POST"]
            ),
        ],
        exception_handlers={HTTPException: http_problem},
    )
    app.router.redirect_slashes = False
    return app


async def _read_body(request: Request) -> bytes | None:
    """The whole body, or None when it is beyond the limit."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return None
    return bytes(body)


def _response(rendered: Rendered) -> Response:
    return Response(rendered.body, rendered.status, rendered.headers, rendered.media_type)
