"""The server: one session a learner, which windows come back to; nobody else gets in, and nobody is told why."""

import asyncio
import json
import re
import stat
from pathlib import Path

import pytest
from aiohttp import WSCloseCode

from tests.serving.serving import SECONDS, Client, look, origin, post, served
from tutor.serving.door import NAME_ATTEMPTS
from tutor.serving.origins import Origins
from tutor.serving.passes import PASS_SECONDS, Passes
from tutor.serving.roster import Roster
from tutor.serving.sessions import Patience
from tutor.serving.web_session import ENDED, FULL, IDLE, SIGNED_OUT, TAKEN_OVER
from tutor.serving.window import read_zone
from tutor.settings.file import load_settings
from tutor.settings.table import Settings

pytestmark = pytest.mark.unix  # processes are ended in groups


@pytest.fixture
def roster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Roster:
    monkeypatch.setattr("tutor.serving.roster.SCRYPT", {"n": 2, "r": 8, "p": 1})  # as dear as a token is in earnest
    return Roster(tmp_path / "class.json")


async def test_a_window_types_and_a_reload_comes_back_to_the_same_program() -> None:
    async with served() as (server, client):
        first = await look(client)
        await first.until("[repaint 80x24]")
        await first.type("hello")
        await first.until("<hello>")
        (session,) = server.sessions
        await first.socket.close()
        again = await look(client, 100, 30)
        await again.until("[resize 100x30]")
        await again.until("[repaint 100x30]")
        assert [each.pid for each in server.sessions] == [session.pid]


async def test_a_second_window_takes_over_and_the_first_is_told_so() -> None:
    async with served() as (server, client):
        first = await look(client)
        await first.until("[repaint")
        second = await look(client)
        assert await first.until_closed() == TAKEN_OVER
        await second.type("here")
        await second.until("<here>")
        assert len(server.sessions) == 1


async def test_a_program_that_ends_closes_its_window_with_a_reason_and_the_next_visit_starts_another() -> None:
    notes: list[str] = []
    async with served(notes=notes) as (_, client):
        window = await look(client)
        await window.type("leave")
        assert await window.until_closed() == ENDED
        window = await look(client)
        await window.type("fall")
        assert await window.until_closed() == ENDED
        window = await look(client)
        await window.until("[repaint")
        assert any("it fell over" in note for note in notes)


async def test_a_line_that_is_too_slow_loses_frames_but_not_the_last_picture() -> None:
    async with served() as (server, client):
        window = await look(client)
        await window.until("[repaint")
        window.shown = b""
        (session,) = server.sessions
        viewer = session.viewer
        assert viewer is not None
        held = asyncio.Event()
        send = viewer._socket.send_bytes

        async def send_slowly(data: bytes) -> None:
            await held.wait()
            await send(data)

        viewer._socket.send_bytes = send_slowly  # type: ignore[method-assign]
        await window.type("flood")
        async with asyncio.timeout(SECONDS):
            while not viewer._is_behind:
                await asyncio.sleep(0.01)
        held.set()
        await window.until("[repaint 80x24]")
        assert len(window.shown) < 200 * 5 * 4096


@pytest.mark.parametrize(
    "message",
    [
        "",
        "[",
        "null",
        "{}",
        "[1]",
        '["stdin"]',
        '["stdin", 1]',
        '["resize", {"width": "a"}]',
        '["quit"]',
        pytest.param("[" * 5000, id="deep"),
    ],
)
async def test_what_no_window_says_is_ignored(message: str) -> None:
    async with served() as (_, client):
        window = await look(client)
        await window.socket.send_str(message)
        await window.type("still here")
        await window.until("<still here>")


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [("", "", "80x24"), ("-1", "x", "80x24"), ("0", "99999", "1x200"), ("9" * 50, "²", "80x24")],
)
async def test_any_size_is_one_that_can_be_drawn(width: str, height: str, size: str) -> None:
    async with served() as (_, client):
        window = await look(client, width, height)
        await window.until(f"[repaint {size}]")


async def test_links_are_opened_by_the_browser_and_only_those_of_the_web() -> None:
    async with served() as (_, client):
        window = await look(client)
        await window.type("link")
        await window.until("<link>")
        assert window.told == [["open_url", {"url": "https://example.org/", "new_tab": True}]]


async def test_a_program_gets_nothing_of_the_servers_environment_but_what_it_needs(
    monkeypatch: pytest.MonkeyPatch, roster: Roster
) -> None:
    monkeypatch.setenv("SECRET_KEY", "hidden")
    monkeypatch.setenv("EDITOR", "vim")
    token = roster.add("Ada")
    async with served(roster) as (_, client):
        await post(client, "/enter", name="Ada", token=token)
        window = await look(client)
        await window.type("environment")
        await window.until("<environment>")
        found = re.search(rb"\{.*?\}(?=<environment>)", window.shown)
        assert found
        environment: dict[str, str] = json.loads(found[0])
    home = str(roster.home(roster.learners[0]))
    assert (environment["HOME"], environment["CHAINRULE_HOME"]) == (home, home)
    assert "SECRET_KEY" not in environment
    assert "EDITOR" not in environment
    assert "hidden" not in environment.values()


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("Europe/Paris", "Europe/Paris"),
        ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("UTC", "UTC"),
        ("Europe/Atlantis", ""),
        ("../../etc/passwd", ""),
        ("/etc/localtime", ""),
        ("Europe", ""),
        ("Europe/Paris\x00", ""),
        ("A" * 500, ""),
        ("", ""),
    ],
)
async def test_a_learner_s_clock_is_that_of_the_browser_where_its_zone_is_one(said: str, zone: str) -> None:
    assert read_zone(said) == zone


async def test_the_zone_of_the_browser_reaches_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    async with served() as (_, client):
        window = await look(client, zone="Europe/Paris")
        await window.type("environment")
        await window.until("<environment>")
        assert b'"TZ": "Europe/Paris"' in window.shown


# -- who may come in


async def test_two_learners_at_once_have_a_program_and_a_record_each(roster: Roster, tmp_path: Path) -> None:
    tokens = {name: roster.add(name) for name in ("Ada", "Grace")}
    async with served(roster) as (server, client):
        for name, token in tokens.items():
            client.session.cookie_jar.clear()
            assert (await post(client, "/enter", name=name, token=token)).status == 303
            window = await look(client)
            await window.type(name)
            await window.until(f"<{name}>")
        assert [session.name for session in server.sessions] == ["Ada", "Grace"]
    homes = sorted((tmp_path / "class-records").iterdir())
    assert [load_settings(home) for home in homes] == [
        (Settings(name="Ada", reduced_motion=True), []),
        (Settings(name="Grace", reduced_motion=True), []),
    ]
    assert {home.stat().st_mode & 0o777 for home in homes} == {0o700}


async def test_without_a_sign_in_there_is_a_form_and_no_terminal(roster: Roster) -> None:
    roster.add("Ada")
    async with served(roster) as (server, client):
        page = await (await client.get("/")).text()
        assert 'action="/enter"' in page
        assert "textual-terminal" not in page
        assert await (await look(client)).until_closed() == SIGNED_OUT
        assert len(server.sessions) == 0


@pytest.mark.parametrize("name", ["Ada", "Nobody", "", pytest.param("a" * 190, id="long"), "'; --"])
async def test_a_wrong_token_and_an_unknown_name_get_the_same_answer_and_then_a_wait(roster: Roster, name: str) -> None:
    token = roster.add("Ada")
    async with served(roster) as (_, client):
        answers = [await post(client, "/enter", name=name, token=f"wrong-{n}") for n in range(NAME_ATTEMPTS)]
        assert {answer.status for answer in answers} == {403}
        assert all(["do not go together" in await answer.text() for answer in answers])
        assert not any("Set-Cookie" in answer.headers for answer in answers)
        late = await post(client, "/enter", name=name, token=token)
        assert late.status == 429
        assert "Wait 5 min" in await late.text()
        other = await post(client, "/enter", name="Grace", token=token)
        assert other.status == 403


async def test_attempts_at_once_are_counted_as_many(roster: Roster) -> None:
    roster.add("Ada")
    async with served(roster) as (_, client):
        answers = await asyncio.gather(
            *(post(client, "/enter", name="Ada", token="x") for _ in range(3 * NAME_ATTEMPTS))
        )
        assert sorted(answer.status for answer in answers) == [403] * NAME_ATTEMPTS + [429] * 2 * NAME_ATTEMPTS


async def test_the_cookie_is_for_the_server_alone(roster: Roster) -> None:
    token = roster.add("Ada")
    public = Origins.of("127.0.0.1", "https://course.example")
    async with served(roster, origins=public) as (_, client):
        headers = {"Host": "course.example", "Origin": "https://course.example"}
        answer = await client.post(
            "/enter", data={"name": " ADA ", "token": token.upper()}, headers=headers, allow_redirects=False
        )
        assert answer.status == 303
        cookie = answer.headers["Set-Cookie"]
        assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", "Secure", "Path=/"))


async def test_leaving_ends_the_session_and_the_sign_in(roster: Roster) -> None:
    token = roster.add("Ada")
    async with served(roster) as (server, client):
        await post(client, "/enter", name="Ada", token=token)
        window = await look(client)
        await window.until("[repaint")
        kept = {cookie.key: cookie.value for cookie in client.session.cookie_jar}
        assert (await post(client, "/leave")).status == 303
        assert await window.until_closed() == SIGNED_OUT
        assert len(server.sessions) == 0
        page = await client.get("/", cookies=kept)
        assert 'action="/enter"' in await page.text()


def sign_in_of(client: Client) -> dict[str, str]:
    return {cookie.key: cookie.value for cookie in client.session.cookie_jar}


async def signed_in(client: Client, cookies: dict[str, str]) -> bool:
    return 'action="/enter"' not in await (await client.get("/", cookies=cookies)).text()


async def test_a_sign_in_outlives_the_server_and_its_file_tells_nobody_how_to_come_in(roster: Roster) -> None:
    tokens = {name: roster.add(name) for name in ("Ada", "Grace", "Joan")}
    kept = {}
    async with served(roster) as (_, client):
        for name, token in tokens.items():
            assert (await post(client, "/enter", name=name, token=token)).status == 303
            kept[name] = sign_in_of(client)
            client.session.cookie_jar.clear()
    written = roster.passes_path.read_text("utf-8")
    assert stat.S_IMODE(roster.passes_path.stat().st_mode) == 0o600
    assert not any(secret in written for secret in (*tokens.values(), *(each["chainrule"] for each in kept.values())))
    async with served(roster) as (_, client):
        assert [await signed_in(client, kept[name]) for name in tokens] == [True] * 3
        assert not await signed_in(client, {"chainrule": next(iter(json.loads(written)["passes"]))})
        client.session.cookie_jar.update_cookies(kept["Joan"])
        await post(client, "/leave")
        client.session.cookie_jar.clear()
    Roster(roster.path).renew("Ada")
    async with served(roster) as (_, client):
        assert [await signed_in(client, kept[name]) for name in tokens] == [False, True, False]
        Roster(roster.path).remove("Grace")
        assert not await signed_in(client, kept["Grace"])
        Roster(roster.path).add("Grace")
        assert not await signed_in(client, kept["Grace"])


async def test_a_sign_in_ends_after_its_time_whatever_its_file_says(roster: Roster) -> None:
    roster.add("Ada")
    now = [1e9]
    learner = roster.find("Ada")
    assert learner is not None
    given = Passes(roster.passes_path, lambda: now[0])
    shown = given.give(learner)
    given.save()
    for seconds, is_good in ((1.0, True), (PASS_SECONDS - 1, True), (PASS_SECONDS + 1, False), (-1.0, False)):
        now[0] = 1e9 + seconds
        assert (Passes(roster.passes_path, lambda: now[0]).find(shown) is not None) == is_good
    now[0] = 1e9
    text = roster.passes_path.read_text("utf-8")
    for damaged in (
        "",
        "{",
        "[]",
        "null",
        "1" * 9,
        text.replace(": 1,", ": 2,"),
        text.replace("until", "til"),
        "[" * 9999,
    ):
        roster.passes_path.write_text(damaged, "utf-8")
        assert Passes(roster.passes_path, lambda: now[0]).find(shown) is None
    for until in ("1e300", "NaN", "Infinity", '"never"', "-1"):
        roster.passes_path.write_text(re.sub(r'"until": [0-9.e]+', f'"until": {until}', text), "utf-8")
        assert Passes(roster.passes_path, lambda: now[0]).find(shown) is None


async def test_where_sign_ins_cannot_be_kept_learners_come_in_and_the_owner_is_told(roster: Roster) -> None:
    token, notes = roster.add("Ada"), list[str]()
    roster.passes_path.mkdir()
    async with served(roster, notes=notes) as (_, client):
        assert (await post(client, "/enter", name="Ada", token=token)).status == 303
        assert await signed_in(client, sign_in_of(client))
    assert any("sign-ins will not outlive this server" in note for note in notes)


@pytest.mark.parametrize("change", ["renew", "remove"])
async def test_a_token_that_was_taken_back_ends_the_session(roster: Roster, change: str) -> None:
    token = roster.add("Ada")
    roster.add("Grace")
    async with served(roster) as (server, client):
        await post(client, "/enter", name="Ada", token=token)
        window = await look(client)
        await window.until("[repaint")
        getattr(Roster(roster.path), change)("Ada")
        await server.sweep()
        assert await window.until_closed() == SIGNED_OUT
        assert 'action="/enter"' in await (await client.get("/")).text()
        assert (await post(client, "/enter", name="Ada", token=token)).status == 403


async def test_a_roster_that_cannot_be_read_lets_nobody_in_and_its_owner_is_told(roster: Roster) -> None:
    roster.add("Ada")
    notes: list[str] = []
    async with served(roster, notes=notes) as (_, client):
        roster.path.write_text("{", encoding="utf-8")
        answer = await post(client, "/enter", name="Ada", token="x")
        assert answer.status == 503
        assert str(roster.path) not in await answer.text()
        assert any(str(roster.path) in note for note in notes)


# -- room


async def test_when_all_places_are_taken_the_next_is_told_and_a_place_that_nobody_looks_at_is_given_away(
    roster: Roster,
) -> None:
    tokens = {name: roster.add(name) for name in ("Ada", "Grace", "Emmy")}
    async with served(roster, most=2, patience=Patience(grace_seconds=0.0)) as (server, client):
        windows = {}
        for name in ("Ada", "Grace"):
            client.session.cookie_jar.clear()
            await post(client, "/enter", name=name, token=tokens[name])
            windows[name] = await look(client)
            await windows[name].until("[repaint")
        client.session.cookie_jar.clear()
        await post(client, "/enter", name="Emmy", token=tokens["Emmy"])
        full = await client.get("/")
        assert full.status == 503
        assert "Every place (2) is taken" in await full.text()
        assert await (await look(client)).until_closed() == FULL
        await windows["Ada"].socket.close()
        async with asyncio.timeout(SECONDS):
            while (await client.get("/")).status != 200:
                await asyncio.sleep(0.01)
        window = await look(client)
        await window.until("[repaint")
        assert sorted(session.name for session in server.sessions) == ["Emmy", "Grace"]


async def test_sessions_end_when_nobody_is_there() -> None:
    async with served(patience=Patience(idle_seconds=0.0, away_seconds=1e9)) as (server, client):
        window = await look(client)
        await window.until("[repaint")
        await server.sweep()
        assert await window.until_closed() == IDLE
        assert len(server.sessions) == 0
    async with served(patience=Patience(idle_seconds=1e9, away_seconds=0.0)) as (server, client):
        window = await look(client)
        await window.until("[repaint")
        await server.sweep()
        assert len(server.sessions) == 1
        await window.socket.close()
        async with asyncio.timeout(SECONDS):
            while len(server.sessions):
                await server.sweep()
                await asyncio.sleep(0.01)


async def test_when_the_server_ends_windows_are_closed_so_that_they_come_back_later() -> None:
    async with served() as (server, client):
        window = await look(client)
        await window.until("[repaint")
        await server.app.shutdown()
        assert await window.until_closed() == WSCloseCode.GOING_AWAY
        assert len(server.sessions) == 0


# -- other pages


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/alive"),
        ("GET", "/static/course.js"),
        ("GET", "/nothing"),
        ("PUT", "/"),
        ("POST", "/enter"),
    ],
)
async def test_every_answer_has_the_headers_that_keep_other_sites_out(method: str, path: str) -> None:
    async with served() as (_, client):
        answer = await client.request(method, path, headers={"Origin": origin(client)})
        headers = answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'; script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert "aiohttp" not in headers["Server"]


async def test_pages_ask_for_nothing_from_elsewhere_and_what_they_ask_for_is_there(roster: Roster) -> None:
    token = roster.add("Ada")
    async with served(roster) as (_, client):
        pages = [await (await client.get("/")).text()]
        await post(client, "/enter", name="Ada", token=token)
        pages.append(await (await client.get("/")).text())
        asked = {address for page in pages for address in re.findall(r'(?:src|href)="([^"]*)"', page)} - {"data:,", "/"}
        assert len(asked) == 4
        for address in asked:
            assert address.startswith("/static/")
            answer = await client.get(address)
            assert answer.status == 200
            text = await answer.text()
            for inner in re.findall(r'url\("?([^")]*)', text) if address.endswith(".css") else ():
                assert (await client.get(f"/static/{inner}")).status == 200


@pytest.mark.parametrize(
    "name", ["../server.py", "%2e%2e/server.py", "terminal/../../roster.py", "", "terminal/index.html"]
)
async def test_no_other_file_is_handed_out(name: str) -> None:
    async with served() as (_, client):
        assert (await client.get(f"/static/{name}")).status == 404


@pytest.mark.parametrize(
    "other", [None, "null", "https://elsewhere.example", "http://127.0.0.1:1", "https://127.0.0.1"]
)
async def test_another_site_opens_no_socket_and_sends_no_form(other: str | None, roster: Roster) -> None:
    token = roster.add("Ada")
    headers = {} if other is None else {"Origin": other}
    async with served(roster) as (server, client):
        form = {"name": "Ada", "token": token}
        assert (await client.post("/enter", data=form, headers=headers)).status == 403
        await post(client, "/enter", **form)
        upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
        key = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
        assert (await client.get("/ws", headers=headers | upgrade | key)).status == 403
        assert (await client.post("/leave", headers=headers)).status == 403
        assert len(server.sessions) == 0


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "127.0.0.1.elsewhere.example", "localhost:1; script-src *", "[::1", ""]
)
async def test_a_name_that_is_not_the_servers_own_gets_nothing(host: str) -> None:
    async with served() as (_, client):
        answer = await client.get("/", headers={"Host": host})
        assert answer.status in {400, 421}


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/x-www-form-urlencoded", b"name=Ada&token=" + b"x" * 100_000, 413),
        ("application/x-www-form-urlencoded", b"", 403),
        ("application/x-www-form-urlencoded", b"%ff=%00&name=%ff&token", 403),
        ("application/json", b"{}", 415),
        ("multipart/form-data", b"--", 415),
        ("multipart/form-data; boundary=x", b"--x\r\n", 415),
        ("text/plain", b"name=Ada", 415),
    ],
)
async def test_a_form_that_is_none_is_refused_in_a_page(roster: Roster, kind: str, body: bytes, status: int) -> None:
    roster.add("Ada")
    notes: list[str] = []
    async with served(roster, notes=notes) as (_, client):
        headers = {"Origin": origin(client), "Content-Type": kind}
        answer = await client.post("/enter", data=body, headers=headers)
        assert answer.status == status
        assert "<h1>" in await answer.text()
    assert notes == []


async def test_a_fault_of_the_server_is_told_to_its_owner_and_not_to_the_reader(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    notes: list[str] = []

    def fall(*_: object, **__: object) -> str:
        raise ZeroDivisionError("what nobody foresaw")

    async with served(notes=notes) as (_, client):
        monkeypatch.setattr("tutor.serving.server.course_page", fall)
        answer = await client.get("/")
        assert answer.status == 500
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "foresaw" not in await answer.text()
    assert any("what nobody foresaw" in note for note in notes)


async def test_a_session_that_was_ended_for_its_learner_goes_on_where_it_was_and_one_that_was_left_does_not() -> None:
    async with served(patience=Patience(idle_seconds=0.0)) as (server, client):
        for last, resumes in (("sweep", "true"), ("leave", "false")):
            window = await look(client)
            await window.until("[repaint")
            await (server.sweep() if last == "sweep" else window.type("leave"))
            await window.until_closed()
            window = await look(client)
            await window.type("task")
            await window.until(f'"resumes": {resumes}')
            await window.type("leave")
            await window.until_closed()
