"""Who may come in: a learner with a name and a token of the roster; nobody else gets in, and nobody is told why."""

import asyncio
import json
import re
import stat
from pathlib import Path

import pytest

from tests.serving.serving import Client, look, post, served
from tutor.serving.door import MAX_WRONG_BY_NAME
from tutor.serving.origins import Origins
from tutor.serving.passes import PASS_SECONDS, Passes
from tutor.serving.roster import Roster
from tutor.serving.web_session import SIGNED_OUT
from tutor.settings.file import load_settings
from tutor.settings.table import Settings

pytestmark = pytest.mark.unix  # processes are ended in groups


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
        answers = [await post(client, "/enter", name=name, token=f"wrong-{n}") for n in range(MAX_WRONG_BY_NAME)]
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
            *(post(client, "/enter", name="Ada", token="x") for _ in range(3 * MAX_WRONG_BY_NAME))
        )
        assert sorted(answer.status for answer in answers) == [403] * MAX_WRONG_BY_NAME + [429] * 2 * MAX_WRONG_BY_NAME


async def test_the_cookie_is_for_the_server_alone(roster: Roster) -> None:
    token = roster.add("Ada")
    public = Origins.for_server("127.0.0.1", "https://course.example")
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
