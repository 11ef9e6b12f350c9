"""The server: pages, signing in, and a websocket for each window."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from aiohttp import WSCloseCode, web

from tutor.errors import ChainruleError
from tutor.serving.door import Door, TooManyAttemptsError
from tutor.serving.origins import Origins, security_headers, socket_origin
from tutor.serving.pages import course_page, message_page, sign_in_page
from tutor.serving.program import Program, prepare_home
from tutor.serving.roster import Roster, RosterEntry
from tutor.serving.sessions import SWEEP_SECONDS, NoRoomError, Sessions, SessionTimeouts
from tutor.serving.web_session import FULL, SIGNED_OUT, Size, WebSession
from tutor.serving.window import open_socket, read_size, read_zone, show_session

MAX_FORM_BYTES = 16 << 10
PROXY_HEADER = "X-Forwarded-For"
WRONG_TOKEN = "That name and token do not go together. Check both and try again."
OUT_OF_ORDER = ("Out of order", "The server cannot do this now; its owner has been told why.")
TERMINAL_FILES = {
    "js/textual.js": "text/javascript",
    "css/xterm.css": "text/css",
    "fonts/RobotoMono-VariableFont_wght.ttf": "font/ttf",
    "fonts/RobotoMono-Italic-VariableFont_wght.ttf": "font/ttf",
}
"""The files of textual-serve that a page needs → their types."""
OWN_FILES = {"course.css": "text/css", "course.js": "text/javascript"}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Serving:
    """What is served, to whom, and how."""

    origins: Origins
    timeouts: SessionTimeouts
    program: Program = field(default_factory=Program)
    roster: Roster | None = None
    """The learners who may come in; `None`: only the user who serves, from this machine."""
    max_sessions: int = 40
    """How many learners can be served at the same time; each has one session."""
    cookie: str = "chainrule"
    """The name of the cookie that holds a browser's pass."""
    tell_owner: Callable[[str], None] = lambda text: None
    """Tells the server's owner what has happened."""


class Server:
    """Answers requests; `app` is what aiohttp runs."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._door = Door(serving.roster, tell_owner=serving.tell_owner) if serving.roster is not None else None
        self.sessions = Sessions(
            self._start_session, serving.max_sessions, serving.timeouts, tell_owner=serving.tell_owner
        )
        self._learners: dict[str, RosterEntry] = {}
        """Key of a session → its learner, for those who have come in."""
        self._zones: dict[str, str] = {}
        """Key of a session → the time zone that the learner's last browser told."""
        self._files = dict(_load_files())
        self.app = web.Application(middlewares=[self._guard], client_max_size=MAX_FORM_BYTES)
        self.app.add_routes(
            [
                web.get("/", self._show_course),
                web.get("/ws", self._open_window),
                web.get("/alive", self._say_alive),
                web.get("/static/{name:.+}", self._send_file),
                web.post("/enter", self._sign_in),
                web.post("/leave", self._sign_out),
            ]
        )
        self.app.on_response_prepare.append(self._add_headers)
        self.app.cleanup_ctx.append(self._keep_sweeping)
        self.app.on_shutdown.append(self._end_sessions)

    # -- every request

    def _own_origin(self, request: web.Request) -> str | None:
        """The server's origin under the name that a request asks for; `None` for a name that is not its own."""
        return self._serving.origins.find_own_origin(request.headers.get("Host", ""))

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse requests for another host name, and changes asked for by other sites; turn errors into pages."""
        if self._own_origin(request) is None:
            return _html_response(message_page("Not here", "This server is not known by that name."), 421)
        # A websocket is opened by a GET, but typed input comes through it.
        may_change_something = request.method not in {"GET", "HEAD"} or request.path == "/ws"
        if may_change_something and not self._is_own_page(request):
            page = message_page("Not from there", "Another site asked for this; open the course itself.")
            return _html_response(page, 403)
        try:
            return await handler(request)
        except web.HTTPException as error:
            if error.status < 400:  # a redirect is raised too, but is no error
                raise
            return _html_response(message_page("Not here", f"{error.reason}."), error.status)
        except ChainruleError as error:
            self._serving.tell_owner(f"chainrule: {error}")
            return _html_response(message_page(*OUT_OF_ORDER), 503)
        except Exception as error:
            self._serving.tell_owner(f"chainrule: {request.method} {request.path}: {type(error).__name__}: {error}")
            return _html_response(message_page(*OUT_OF_ORDER), 500)

    def _is_own_page(self, request: web.Request) -> bool:
        """Whether the page that sends a request is one of this server's."""
        return self._serving.origins.is_own_origin(request.headers.get("Host", ""), request.headers.get("Origin"))

    async def _add_headers(self, request: web.Request, response: web.StreamResponse) -> None:
        """Add the headers that every answer has; aiohttp calls this before it sends one."""
        response.headers.update(security_headers(self._own_origin(request) or "http://localhost"))
        response.headers.setdefault("Cache-Control", "no-store")

    # -- pages

    async def _show_course(self, request: web.Request) -> web.Response:
        """The page with the course, or the form for signing in, or a message that there is no room."""
        learner = self._signed_in(request)
        if self._door is not None and learner is None:
            return _html_response(sign_in_page())
        if not self.sessions.has_room(_session_key(learner)):
            text = (
                f"Every place ({self._serving.max_sessions}) is taken. Your record is safe; try again in a few minutes."
            )
            return _html_response(message_page("The course is full", text), 503)
        origin = self._own_origin(request) or ""
        return _html_response(course_page(f"{socket_origin(origin)}/ws", signed_in=learner is not None))

    async def _say_alive(self, request: web.Request) -> web.Response:
        return web.Response(text="yes")

    async def _send_file(self, request: web.Request) -> web.Response:
        """One of the files that pages ask for."""
        body_and_type = self._files.get(request.match_info["name"])
        if body_and_type is None:
            raise web.HTTPNotFound
        body, content_type = body_and_type
        return web.Response(body=body, content_type=content_type, headers={"Cache-Control": "max-age=3600"})

    async def _sign_in(self, request: web.Request) -> web.Response:
        """Give a browser a pass for the right name and token, or show the form again."""
        if self._door is None:
            raise web.HTTPNotFound
        if request.content_type != "application/x-www-form-urlencoded":
            raise web.HTTPUnsupportedMediaType
        form = await request.post()
        name, token = (str(form.get(field, "")) for field in ("name", "token"))
        try:
            new_pass = await self._door.sign_in(name, token, self._address(request))
        except TooManyAttemptsError as error:
            return _html_response(sign_in_page(str(error), name), 429)
        if new_pass is None:
            return _html_response(sign_in_page(WRONG_TOKEN, name), 403)
        response = _redirect_home()
        secure = self._serving.origins.is_secure
        response.set_cookie(self._serving.cookie, new_pass, httponly=True, samesite="Strict", secure=secure, path="/")
        return response

    async def _sign_out(self, request: web.Request) -> web.Response:
        """Take a browser's pass back, and end its session."""
        learner = self._signed_in(request)
        if self._door is None or learner is None:
            return _redirect_home()
        self._door.end_pass(request.cookies.get(self._serving.cookie))
        await self.sessions.end(_session_key(learner), SIGNED_OUT)
        response = _redirect_home()
        response.del_cookie(self._serving.cookie, path="/")
        return response

    def _address(self, request: web.Request) -> str:
        """The address that a request comes from; behind a proxy, the last of the forwarded addresses."""
        is_behind_proxy = bool(self._serving.origins.public_origin)
        forwarded = request.headers.get(PROXY_HEADER, "") if is_behind_proxy else ""
        _earlier, _, last_forwarded = forwarded.rpartition(",")  # the earlier come from the browser, which may lie
        return last_forwarded.strip() or request.remote or ""

    def _signed_in(self, request: web.Request) -> RosterEntry | None:
        """The learner whose pass a browser shows; `None` without a good one, and where nobody signs in."""
        if self._door is None:
            return None
        return self._door.find_learner(request.cookies.get(self._serving.cookie))

    # -- the terminal

    async def _open_window(self, request: web.Request) -> web.StreamResponse:
        """Show a learner's session in a window while that is open; if that is impossible, close it with a code."""
        learner = self._signed_in(request)
        socket = await open_socket(request)
        if self._door is not None and learner is None:
            await socket.close(code=SIGNED_OUT)
            return socket
        if learner is not None:
            self._learners[_session_key(learner)] = learner
        self._zones[_session_key(learner)] = read_zone(request.query.get("zone", ""))
        size = read_size(request.query.get("width"), request.query.get("height"))
        try:
            session = await self.sessions.find_or_start(_session_key(learner), size)
        except NoRoomError:
            await socket.close(code=FULL)
            return socket
        await show_session(session, socket, size)
        return socket

    async def _start_session(self, key: str, size: Size, resumes: bool) -> WebSession:
        """Start the program of the learner with this key; `resumes` opens the page that was read last.

        `Sessions` calls this for a learner who has no session yet, after `_open_window` has noted the learner's key.
        """
        name, home = "", None  # the user who serves
        if self._serving.roster is not None:
            learner = self._learners[key]
            name, home = learner.name, self._serving.roster.home(learner)
            prepare_home(home, name)
        zone = self._zones.get(key, "")
        return await WebSession.start(name, self._serving.program, home, size, resumes=resumes, zone=zone)

    # -- beside the requests

    async def _keep_sweeping(self, app: web.Application) -> AsyncIterator[None]:
        """End sessions that nobody uses, as long as the server runs."""
        sweeping = asyncio.ensure_future(self._sweep_forever())
        yield  # aiohttp goes on from here when the server stops
        sweeping.cancel()

    async def _end_sessions(self, app: web.Application) -> None:
        """Close all windows first, so that nobody waits for them when the server ends."""
        await self.sessions.end_all(WSCloseCode.GOING_AWAY)

    async def _sweep_forever(self) -> None:
        """Sweep every few seconds until the task is cancelled."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                await self.sweep()
            except ChainruleError as error:  # the roster is being edited: everybody stays
                self._serving.tell_owner(f"chainrule: {error}")

    async def sweep(self) -> None:
        """End unused sessions, and those of learners who are no longer on the roster."""
        await self.sessions.sweep()
        if self._door is not None:
            for key, learner in tuple(self._learners.items()):
                if not self._door.is_current(learner):
                    del self._learners[key]
                    await self.sessions.end(key, SIGNED_OUT)


def _session_key(learner: RosterEntry | None) -> str:
    """The key of a learner's session; "" for the user who serves."""
    return learner.folder if learner is not None else ""


def _html_response(html: str, status: int = 200) -> web.Response:
    return web.Response(text=html, content_type="text/html", status=status)


def _redirect_home() -> web.Response:
    return web.Response(status=303, headers={"Location": "/"})


def _load_files() -> Iterator[tuple[str, tuple[bytes, str]]]:
    """Every file that pages ask for: its name below /static, its bytes and its type."""
    own_folder = Path(__file__).with_name("static")
    terminal_folder = resources.files("textual_serve") / "static"
    for name, content_type in OWN_FILES.items():
        yield name, ((own_folder / name).read_bytes(), content_type)
    for name, content_type in TERMINAL_FILES.items():
        yield f"terminal/{name}", (terminal_folder.joinpath(name).read_bytes(), content_type)
