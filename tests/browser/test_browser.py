"""The course in a real Chromium: keys, mouse, another size, pasting, coming back, two learners at once."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.browser.chromium import Browser, Page, connected, find_chromium, started
from tests.serving.serving import origin, served
from tutor.serving.program import Program
from tutor.serving.roster import Roster

pytestmark = [pytest.mark.chromium, pytest.mark.unix]

LESSON = """---
id: doubling
title: "Doubling"
part: First steps
concepts: [doubling]
minutes: 5
---

## Questions

One after the other.

```{question} number
id: double-it
concepts: [doubling]
ask: "What is twice $3$?"
answer: "6"
hints: ["Add it to itself."]
why: "It is $6$."
```
"""


STILL = "reduced_motion = true\n"


@pytest.fixture(scope="module")
def chromium() -> Iterator[str]:
    program = find_chromium()
    assert program is not None
    with started(program) as address:
        yield address


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with connected(chromium) as browser:
        yield browser


@pytest.fixture
def program(tmp_path: Path, home: Path) -> Program:
    """The course with one more lesson; nothing moves on the first screen."""
    home.mkdir()
    (home / "settings.toml").write_text(STILL, encoding="utf-8")
    folder = tmp_path / "lessons"
    folder.mkdir()
    (folder / "01-doubling.md").write_text(LESSON, encoding="utf-8")
    return Program((folder,))


async def open_lesson(page: Page) -> None:
    await page.until_screen("Welcome")
    await page.press("Enter")
    await page.until_screen("What is twice 3?")


async def test_keys_the_mouse_pasting_and_another_size_work_and_nothing_is_fetched_from_elsewhere(
    browser: Browser, program: Program
) -> None:
    async with served(program=program) as (server, client):
        page = await browser.open(origin(client) + "/")
        await page.until_screen("Welcome")
        first = await page.picture()
        await open_lesson(page)
        assert await page.picture() != first  # it is drawn, too, not only sent
        await page.type("4+")
        await page.until_screen("4+")
        await page.paste("2.5 + 3.5")
        await page.until_screen("4+2.5 + 3.5")
        await page.resize(700, 800)
        await page.until(lambda: page.size[0] < 80 and page.size[1] > 35, "was told of the other size")
        await page.until(lambda: page.is_filled, "was drawn in the other size")
        await page.resize(1000, 600)
        await page.until(lambda: page.size[0] > 100, "was told of the first size again")
        await page.until(lambda: page.is_filled, "was drawn in the first size again")
        await page.until_screen("4+2.5 + 3.5")
        await page.click_on("Answer ")
        await page.until_screen("Wrong")
        (session,) = server.sessions
        assert server._zones[""]  # the page told its time zone
        await page.reload()
        await page.until(lambda: page.sockets == 2, "connected again")
        await page.until_screen("4+2.5 + 3.5", "Wrong")
        assert [each.pid for each in server.sessions] == [session.pid]
        elsewhere = [url for url in page.asked if origin(client).partition("//")[2] not in url.partition("/static")[0]]
        assert [url for url in elsewhere if not url.startswith("data:")] == []
        assert page.complaints == []


async def test_a_lost_line_comes_back_by_itself_and_leaving_says_so(browser: Browser, program: Program) -> None:
    async with served(program=program) as (server, client):
        page = await browser.open(origin(client) + "/")
        await open_lesson(page)
        await page.type("41")
        await page.until_screen("41")
        (session,) = server.sessions
        assert session.viewer is not None
        transport = session.viewer._socket._req.transport  # type: ignore[attr-defined]
        transport.abort()
        await page.until(lambda: page.sockets == 2, "connected again")
        await page.until_screen("41", "What is twice 3?")
        assert [each.pid for each in server.sessions] == [session.pid]
        await page.press("q", modifiers=2)
        await page.until_text("You left the course")
        await page.press("Enter")
        await page.until(lambda: page.sockets == 3, "opened again")
        await page.until_screen("Welcome")


async def test_two_learners_at_once_see_each_their_own_and_a_wrong_token_lets_nobody_in(
    browser: Browser, program: Program, tmp_path: Path
) -> None:
    roster = Roster(tmp_path / "class.json")
    tokens = {name: roster.add(name) for name in ("Ada", "Grace")}
    for learner in roster.learners:
        roster.home(learner).mkdir(parents=True, mode=0o700)
        (roster.home(learner) / "settings.toml").write_text(STILL, encoding="utf-8")
    async with served(roster, program=program) as (server, client):
        pages = {name: await browser.open(origin(client) + "/") for name in tokens}
        for name, page in pages.items():
            await sign_in(page, name, "wrong")
            await page.until_text("do not go together")
            await sign_in(page, name, tokens[name])
            await open_lesson(page)
        for name, page in pages.items():
            await page.type(f"{len(name)}1")
        for name, page in pages.items():
            await page.until_screen(f"{len(name)}1")
        assert sorted(session.name for session in server.sessions) == ["Ada", "Grace"]
        second = await browser.open(origin(client) + "/")
        await sign_in(second, "Ada", tokens["Ada"])
        await second.until_screen("31")
        await pages["Ada"].until_text("Open in another window")
        await second.press("q", modifiers=2)
        await second.until_text("You left the course")
        await second.evaluate("document.querySelector('form[action=\"/leave\"] button').click()")
        await second.until_text("Token")
        complaints = [words for page in (pages["Grace"], second) for words in page.complaints]
        assert [words for words in complaints if "403" not in words] == []


async def sign_in(page: Page, name: str, token: str) -> None:
    """Fill in the form as a reader does."""
    await page.until_text("Token")
    for field, text in (("name", name), ("token", token)):
        await page.evaluate(f"(field => {{ field.value = ''; field.focus() }})(document.getElementById('{field}'))")
        await page.type(text)
    await page.press("Enter")
