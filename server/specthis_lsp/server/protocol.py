"""The library's protocol, held to what a client may rely on: every request gets one reply, nothing ends the session.

What goes out is plain data, encoded here. What comes in is typed by lsprotocol; what it cannot type is answered with
InvalidParams where an answer is due, and logged where none is.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from .converter import structure_initialize
from .framing import framed

logger = logging.getLogger(__name__)

NOT_INITIALIZED = types.ErrorCodes.ServerNotInitialized.value
INVALID_REQUEST = types.ErrorCodes.InvalidRequest.value
INVALID_PARAMS = types.ErrorCodes.InvalidParams.value
INTERNAL_ERROR = types.ErrorCodes.InternalError.value
SERVER_CANCELLED = types.LSPErrorCodes.ServerCancelled.value
REQUEST_CANCELLED = types.LSPErrorCodes.RequestCancelled.value
REQUEST_FAILED = types.LSPErrorCodes.RequestFailed.value
CONTENT_MODIFIED = types.LSPErrorCodes.ContentModified.value
METHOD_NOT_FOUND = types.ErrorCodes.MethodNotFound.value


class Refused(Exception):
    """A request that is not carried out; the client is told why."""

    def __init__(self, code: int, why: str, data: Any = None) -> None:
        super().__init__(why)
        self.code = code
        self.why = why
        self.data = data


class Timing(msgspec.Struct):
    """How long requests of one kind took, in seconds."""

    count: int = 0
    total: float = 0.0
    longest: float = 0.0


def encoded(message: Any) -> bytes:
    """A message as JSON. File names may hold bytes that are no UTF-8; these are escaped."""
    try:
        return msgspec.json.encode(message)
    except (UnicodeEncodeError, ValueError):
        return json.dumps(message, default=_decoded).encode("ascii")


def _decoded(value: Any) -> Any:
    """What is JSON already, as data again."""
    if isinstance(value, msgspec.Raw):
        return json.loads(bytes(value))
    raise TypeError(f"no JSON: {type(value).__name__}")


def _message(body: bytes) -> dict[str, Any] | None:
    """A message as data; None, and a line in the log, for what is none."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        logger.warning("a message that is no JSON: %s", error)
        return None
    if not isinstance(message, dict):
        logger.warning("a message that is no object")
        return None
    return message


def _withdrawn(messages: list[dict[str, Any]]) -> dict[Any, int]:
    """By number, where requests are cancelled."""
    cancelled = {
        _number(message["params"]): at
        for at, message in enumerate(messages)
        if message.get("method") == types.CANCEL_REQUEST and isinstance(message.get("params"), dict)
    }
    cancelled.pop(None, None)  # an edit has no number either
    return cancelled


def _number(value: dict[str, Any]) -> int | str | None:
    """The number of a request, where it can be one."""
    number = value.get("id")
    return number if isinstance(number, int | str) else None


class SpecthisProtocol(LanguageServerProtocol):
    """One session with one client."""

    # The library keeps texts of its own by these; ours are kept in `documents`.
    lsp_text_document__did_open = None  # type: ignore[assignment]
    lsp_text_document__did_change = None  # type: ignore[assignment]
    lsp_text_document__did_close = None  # type: ignore[assignment]
    lsp_notebook_document__did_open = None  # type: ignore[assignment]
    lsp_notebook_document__did_change = None  # type: ignore[assignment]
    lsp_notebook_document__did_close = None  # type: ignore[assignment]
    lsp_workspace__did_change_workspace_folders = None  # type: ignore[assignment]
    lsp_workspace__execute_command = None  # type: ignore[assignment]
    lsp_work_done_progress_cancel = None  # type: ignore[assignment]

    _server: SpecthisServer  # pyright: ignore[reportIncompatibleVariableOverride]
    waiting: dict[Any, tuple[str, Any]]
    """By number, the requests that are answered later: their method and parameters."""
    asked: dict[str, Callable[[Any, bool], None]]
    """By number, what to do with the answers to requests of ours."""
    timings: dict[str, Timing]
    """By method, how long requests took."""
    held: list[bytes] | None
    """Messages that are to leave in one piece; None where each leaves at once."""
    exit_code: int | None = None
    """Set once the client said `exit`."""
    heard_at = 0.0
    """When the client said something last, by the monotonic clock."""
    asks = 0
    """How many requests we sent."""
    started = False
    """Whether `initialize` has come."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting, self.asked, self.timings = {}, {}, {}
        self.held = None

    # What comes in -------------------------------------------------------------------------------------------

    def receive(self, bodies: Iterable[bytes]) -> None:
        """Take messages that have arrived together. Whatever they hold, this does not raise."""
        self.heard_at = time.monotonic()
        messages = [message for body in bodies if (message := _message(body)) is not None]
        withdrawn = _withdrawn(messages) if len(messages) > 1 else {}
        for at, message in enumerate(messages):
            try:
                if withdrawn and "method" in message and at < withdrawn.get(_number(message), 0):
                    self._refuse(message["id"], REQUEST_CANCELLED, "cancelled before it was begun")
                else:
                    self._take(message)
            except Exception as error:
                self._server.report_server_error(error, type(error))

    def _take(self, message: dict[str, Any]) -> None:
        method = message.get("method")
        if method is None:
            self._take_response(message)
        elif "id" in message:
            self._take_request(message, message["id"], method)
        elif method == types.EXIT or (self.started and not self._shutdown):
            self._take_notification(message, method)

    def _take_request(self, message: dict[str, Any], number: Any, method: Any) -> None:
        refusal = self._refusal(number, method)
        if refusal is not None:
            self._refuse(number, *refusal)
            return
        try:
            params = self._structured(message, method)
        except Exception as error:
            logger.warning("%s with parameters that cannot be read: %s", method, _first_line(error))
            self._refuse(number, INVALID_PARAMS, f"the parameters of {method} cannot be read")
            return
        self.started = True
        if method in self.fm.builtin_features:
            if method == types.SHUTDOWN:
                self._refuse_waiting()
            self._handle_request(number, method, params)
        elif self._server.holds_up(method, params):
            self.waiting[number] = method, params
        else:
            self._answer(number, method, params)

    def answer_waiting(self) -> None:
        """Answer the requests that had to wait, in the order in which they came."""
        waiting, self.waiting = self.waiting, {}
        for number, (method, params) in waiting.items():
            self._answer(number, method, params)

    def _refuse_waiting(self) -> None:
        waiting, self.waiting = self.waiting, {}
        for number in waiting:
            self._refuse(number, REQUEST_CANCELLED, "the server is shutting down")

    def _answer(self, number: Any, method: str, params: Any) -> None:
        """Answer a request by the function of the table, at once or when it is done."""
        began = time.perf_counter()
        try:
            result = self.fm.features[method](params)
        except Exception as error:
            self._fail(number, method, error)
            return
        if not asyncio.iscoroutine(result):
            self._reply(number, method, result)
            self._time(method, began)
            return
        task = asyncio.get_running_loop().create_task(result)
        self._request_futures[number] = task  # type: ignore[assignment]
        task.add_done_callback(lambda task: self._finish(number, method, task, began))

    def _time(self, method: str, began: float) -> None:
        """Count how long a request took; a client that traces is told."""
        seconds = time.perf_counter() - began
        timing = self.timings.setdefault(method, Timing())
        timing.count += 1
        timing.total += seconds
        timing.longest = max(timing.longest, seconds)
        if self.trace in (types.TraceValue.Messages, types.TraceValue.Verbose):
            self.send({"method": types.LOG_TRACE, "params": {"message": f"{method} took {1000 * seconds:.1f} ms"}})

    def _finish(self, number: Any, method: str, task: asyncio.Task[Any], began: float) -> None:
        self._request_futures.pop(number, None)
        self._time(method, began)
        if task.cancelled():
            self._refuse(number, REQUEST_CANCELLED, "cancelled")
        elif (error := task.exception()) is not None:
            self._fail(number, method, error)
        else:
            self._reply(number, method, task.result())

    def _reply(self, number: Any, method: str, result: Any) -> None:
        try:
            self._send_response(number, result)
        except Exception as error:
            self._fail(number, method, error)

    def _fail(self, number: Any, method: str, error: BaseException) -> None:
        """One reply, whatever happened; the log says more."""
        if isinstance(error, Refused):
            self._refuse(number, error.code, error.why, error.data)
            return
        self._refuse(number, INTERNAL_ERROR, f"{method} failed: {_first_line(error)}")
        if isinstance(error, Exception):
            self._server.report_server_error(error, method)

    def _refusal(self, number: Any, method: Any) -> tuple[int, str] | None:
        """Why a request is not taken, whatever its parameters."""
        if not isinstance(number, str | int | float) or not isinstance(method, str):
            return INVALID_REQUEST, "a request has a number, and the name of a method"
        if number in self.waiting:
            return INVALID_REQUEST, "another request of that number waits for its answer"
        if self._shutdown:
            return INVALID_REQUEST, "the server is shutting down"
        if not self.started and method != types.INITIALIZE:
            return NOT_INITIALIZED, "the server is not initialized"
        if self.started and method == types.INITIALIZE:
            return INVALID_REQUEST, "the server is initialized already"
        if method not in self.fm.builtin_features and method not in self.fm.features:
            return METHOD_NOT_FOUND, f"there is no method {method}"
        return None

    def _take_notification(self, message: dict[str, Any], method: Any) -> None:
        if not isinstance(method, str):
            logger.warning("a message whose method is no name")
            return
        if method != types.CANCEL_REQUEST and (
            method not in self.fm.builtin_features and method not in self.fm.features
        ):
            return
        try:
            params = self._structured(message, method)
        except Exception as error:
            logger.warning("%s with parameters that cannot be read: %s", method, _first_line(error))
            return
        self._handle_notification(method, params)

    def _handle_cancel_notification(self, msg_id: Any) -> None:
        """Take a request back, whether it runs or waits. One that is answered already, or was never, is left alone."""
        if not isinstance(msg_id, str | int):
            return
        if self.waiting.pop(msg_id, None) is not None:
            self._refuse(msg_id, REQUEST_CANCELLED, "cancelled before it was begun")
        elif (future := self._request_futures.get(msg_id)) is not None:
            future.cancel()

    def _take_response(self, message: dict[str, Any]) -> None:
        number = _number(message)
        if isinstance(number, str) and (take := self.asked.pop(number, None)) is not None:
            take(message.get("result"), "error" in message)
        elif number is None:
            logger.warning("the client could not read a message of ours: %s", message.get("error"))
        elif isinstance(future := self._request_futures.get(number), asyncio.Task):
            logger.warning("the client answers a request of its own: %s", number)
        elif future is not None and future.cancelled():
            del self._request_futures[number]  # Asked before `shutdown`, answered after it.
        elif "error" in message:
            error = message["error"] if isinstance(message["error"], dict) else {}
            code = error.get("code")
            known = types.ResponseError(code if isinstance(code, int) else 0, str(error.get("message", "")))
            self._handle_response(number, None, known)
        else:
            self._handle_response(number, message.get("result"))

    def _structured(self, message: dict[str, Any], method: str) -> Any:
        if method == types.INITIALIZE:
            return structure_initialize(self._converter, message).params
        kind = self.get_message_type(method)
        return getattr(self._converter.structure(message, kind), "params", None) if kind else message.get("params")

    # What goes out -------------------------------------------------------------------------------------------

    def send(self, message: dict[str, Any]) -> None:
        """Send plain data, past the library's serialiser."""
        if self.writer is not None:
            body = encoded({"jsonrpc": "2.0", **message})
            if not self._include_headers:
                self.writer.write(body)
            elif self.held is None:
                self.writer.write(framed(body))
            else:
                self.held.append(framed(body))

    @contextmanager
    def in_one_go(self) -> Iterator[None]:
        """What is sent meanwhile leaves in one piece: each is a call of the system, and thousands may come at once."""
        held = self.held = []
        try:
            yield
        finally:
            self.held = None
            if held and self.writer is not None:
                self.writer.write(b"".join(held))

    def ask(self, method: str, params: Any, take: Callable[[Any, bool], None] = lambda answer, is_error: None) -> None:
        """Ask the client, in plain data; `take` gets its answer, and whether that is an error."""
        self.asks += 1
        number = f"specthis-{self.asks}"
        self.asked[number] = take
        self.send({"id": number, "method": method, "params": params})

    def _refuse(self, number: Any, code: int, why: str, data: Any = None) -> None:
        error = {"code": code, "message": why}
        self.send({"id": number, "error": error if data is None else {**error, "data": data}})

    def _send_response(
        self, msg_id: int | str, result: Any | None = None, error: types.ResponseError | None = None
    ) -> None:
        if error is not None:
            self._refuse(msg_id, error.code, error.message)
        else:
            plain = self._converter.unstructure(result) if hasattr(result, "__attrs_attrs__") else result
            self.send({"id": msg_id, "result": plain})

    # How it ends ---------------------------------------------------------------------------------------------

    @lsp_method(types.EXIT)
    def lsp_exit(self, *args: Any) -> None:  # type: ignore[override]
        """The process ends with 0 only where `shutdown` came first."""
        self.exit_code = 0 if self._shutdown else 1
        self._server.leave()


class SpecthisServer(LanguageServer):
    """The library's server. Errors go to the log, a few a minute; never to a popup."""

    protocol: SpecthisProtocol  # pyright: ignore[reportIncompatibleVariableOverride]

    MOST_ERRORS = 10
    WITHIN_SECONDS = 60.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.errors: deque[float] = deque(maxlen=self.MOST_ERRORS)
        self.last_errors: deque[str] = deque(maxlen=self.MOST_ERRORS)
        """The latest errors, a line each."""
        self.leave = lambda: None
        """Called when the client said `exit`."""
        self.holds_up: Callable[[str, Any], bool] = lambda method, params: False
        """Whether a request has to wait."""

    def report_server_error(self, error: Exception, source: Any) -> None:
        now = time.monotonic()
        self.last_errors.append(f"{getattr(source, '__name__', source)}: {_first_line(error)}")
        if len(self.errors) == self.MOST_ERRORS and now - self.errors[0] < self.WITHIN_SECONDS:
            return
        self.errors.append(now)
        logger.error("%s: %s", getattr(source, "__name__", source), error, exc_info=error)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
