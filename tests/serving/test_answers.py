"""What the server answers: headers that keep other sites out, its own files only, and no word about its faults."""

import re

import pytest

from tests.serving.serving import origin, post, served
from tutor.serving.roster import Roster

pytestmark = pytest.mark.unix  # processes are ended in groups


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
