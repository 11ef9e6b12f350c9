"""The server: one session a learner, which windows come back to, and an end to it when nobody is there."""

import asyncio
import json
import re
from dataclasses import replace

import pytest
from aiohttp import WSCloseCode

from tests.serving.serving import PATIENT, SECONDS, look, post, served
from tutor.serving.roster import Roster
from tutor.serving.web_session import ENDED, FULL, IDLE, TAKEN_OVER
from tutor.serving.window import read_zone

pytestmark = pytest.mark.unix  # processes are ended in groups


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
        await until_noted(notes, "it fell over")


async def test_the_last_words_of_a_program_are_waited_for_although_its_window_has_closed_already() -> None:
    notes: list[str] = []
    async with served(notes=notes) as (server, client):
        window = await look(client)
        await window.until("[repaint")
        await window.type("fall slowly")
        assert await window.until_closed() == ENDED
        await server.sessions.sweep()
        assert list(server.sessions) == []
        await until_noted(notes, "it fell over slowly")
    assert sum(" ended" in note for note in notes) == 1


async def until_noted(notes: list[str], words: str) -> None:
    """Wait until the owner was told these words."""
    async with asyncio.timeout(SECONDS):
        while not any(words in note for note in notes):
            await asyncio.sleep(0.01)


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


async def test_when_all_places_are_taken_the_next_is_told_and_a_place_that_nobody_looks_at_is_given_away(
    roster: Roster,
) -> None:
    tokens = {name: roster.add(name) for name in ("Ada", "Grace", "Emmy")}
    async with served(roster, max_sessions=2, timeouts=replace(PATIENT, grace_seconds=0.0)) as (server, client):
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
    async with served(timeouts=replace(PATIENT, idle_seconds=0.0, away_seconds=1e9)) as (server, client):
        window = await look(client)
        await window.until("[repaint")
        await server.sweep()
        assert await window.until_closed() == IDLE
        assert len(server.sessions) == 0
    async with served(timeouts=replace(PATIENT, idle_seconds=1e9, away_seconds=0.0)) as (server, client):
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


async def test_a_session_that_was_ended_for_its_learner_goes_on_where_it_was_and_one_that_was_left_does_not() -> None:
    async with served(timeouts=replace(PATIENT, idle_seconds=0.0)) as (server, client):
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
