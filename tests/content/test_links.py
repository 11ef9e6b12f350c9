"""Links lead within the course, or to a page of the web that is shown before it opens; nothing else opens, ever."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.content.lessons import GOOD, folder
from tests.screens.story import press, record, text, until
from tutor.content.check import check
from tutor.content.course import Course
from tutor.content.find import lessons_folder
from tutor.content.links import find_links, host_of, web_fault
from tutor.screens.app import ChainruleApp, Opening
from tutor.widgets.markdown.open_link import OpenLinkDialog

ELSEWHERE = (
    *("file:///etc/passwd", "FILE:///etc/passwd", "vscode://file/x", "ssh://host", "javascript:alert(1)"),
    *("data:text/html,x", "mailto:a@b.de", "ftp://a.b/c", "tel:123", "about:blank", "vbscript:x", "smb://a/b"),
    *("https:", "http://", "https:///x", "http://[::1", "https://a..b/", "//evil.com/x", "x-apple:1", "http:a"),
)
TAUGHT_IN = {"softmax": "cross-entropy", "cross-entropy": "cross-entropy", "skip connection": "vanishing"}
"""Terms that other lessons use, and where each is explained."""
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
RELATIVE = ("page.html", "#part", "../up", "/etc/passwd")
WEB = (
    "https://example.org/a?b=c%20d&e#f",
    "http://user:word@host.org/",
    "https://xn--pple-43d.com/",
    "https://a.b:8080/",
)
FORMS = {
    "inline": "See [this]({}) now.",
    "in brackets": "See [this](<{}> 'title') now.",
    "picture": "See ![this]({}) now.",
    "reference": "See [this][a] now.\n\n[a]: {}",
    "shortcut": "See [this] now.\n\n[this]: <{}>",
    "picture by reference": "See ![this][a] now.\n\n[a]: {}",
    "in a list": "- a\n- See [this]({}) now.",
    "in a quote": "> See **[this]({})** now.",
    "in a cell": "|a|b|\n|-|-|\n|See [this]({})|c|",
}


def lesson(place: Path, body: str) -> Path:
    path = folder(place) / "20-toy.md"
    path.write_text(GOOD.replace("A kernel has", f"{body}\n\nA kernel has"), "utf-8")
    return path


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("address", [*ELSEWHERE, *RELATIVE])
def test_a_link_that_leads_elsewhere_is_named_with_its_line(tmp_path: Path, form: str, address: str) -> None:
    path = lesson(tmp_path, FORMS[form].format(address))
    line = next(n for n, line in enumerate(path.read_text("utf-8").split("\n"), 1) if "[this" in line)
    faults = [fault for fault in check([path]) if "leads nowhere" in fault.message]
    assert [fault.line for fault in faults] == [line]


@pytest.mark.parametrize("address", [address for address in ELSEWHERE if address[:2] != "//"])
def test_an_address_in_angle_brackets_is_a_link_too(tmp_path: Path, address: str) -> None:
    path = lesson(tmp_path, f"See <{address}> now.")
    assert [fault for fault in check([path]) if "leads nowhere" in fault.message]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("address", WEB)
def test_a_page_of_the_web_is_no_fault(tmp_path: Path, form: str, address: str) -> None:
    assert [fault for fault in check([lesson(tmp_path, FORMS[form].format(address))]) if "link" in fault.message] == []


def test_the_host_is_told_from_what_stands_before_it() -> None:
    assert host_of("https://www.bank.com@evil.example/bank.com") == "evil.example"
    assert web_fault("https://a.b/\u202egnp.exe") != ""
    assert web_fault("https://a.b/" + "x" * 3000) == "it is longer than 2,000 characters"
    (link,) = find_links("[x](https://аpple.com/\u202eä)")
    assert link[1] == "https://xn--pple-43d.com/%E2%80%AE%C3%A4"


def opened(tmp_path: Path, body: str) -> tuple[ChainruleApp, list[str]]:
    """The lesson with `body`, and the addresses that were opened."""
    front = GOOD[: GOOD.index("---\n", 3)]
    (tmp_path / "20-toy.md").write_text(f"{front}---\n\n## A page\n\n{body}\n", "utf-8")  # nothing else takes time
    program = ChainruleApp(Course(tmp_path), record(tmp_path / "home"), Opening("lesson", lesson="toy"))
    found: list[str] = []
    program.open_url = lambda url, **_: found.append(url)  # type: ignore[method-assign]
    return program, found


async def clicked(pilot: Any, program: ChainruleApp) -> int:
    """Click on every place of the screen that does something in the text; how many there are."""
    spots = {}
    for y, line in enumerate(program.screen._compositor.render_strips()):
        x = 0
        for segment in line:
            action = segment.style.meta.get("@click") if segment.style else None
            if action and str(action).startswith("link("):
                spots[str(action)] = (x, y)
            x += segment.cell_length
    for spot in spots.values():
        await pilot.click(offset=spot)
        await pilot.pause()
    return len(spots)


@pytest.mark.parametrize("address", [*ELSEWHERE, *RELATIVE, "%66ile:///etc/passwd", "&#102;ile:///etc/passwd"])
async def test_nothing_elsewhere_opens_on_a_click(tmp_path: Path, address: str) -> None:
    body = f"Go [one]({address}), [two], ![three]({address}) or <{address}>.\n\n[two]: {address}"
    program, found = opened(tmp_path, body)
    async with program.run_test(size=(100, 40)) as pilot:
        await until(pilot, "Go ")
        await clicked(pilot, program)
        assert not isinstance(program.screen, OpenLinkDialog)
        await press(pilot, ["enter", "o"])
    assert found == []


@pytest.mark.parametrize("address", WEB)
async def test_a_page_of_the_web_opens_when_its_whole_address_was_shown_and_agreed_to(
    tmp_path: Path, address: str
) -> None:
    program, found = opened(tmp_path, f"Go [one]({address}).")
    async with program.run_test(size=(100, 40)) as pilot:
        await until(pilot, "Go ")
        assert await clicked(pilot, program) == 1
        await until(pilot, "Open this page in your browser?")
        assert address in text(program)
        assert f"It is on the host {host_of(address)}." in text(program)
        await press(pilot, ["enter"])
        assert found == []
        assert not isinstance(program.screen, OpenLinkDialog)
        await clicked(pilot, program)
        await until(pilot, "Open this page")
        await press(pilot, ["o"])
        assert found == [address]


@pytest.mark.parametrize("path", sorted(lessons_folder().glob("*.md")), ids=lambda path: path.stem)
def test_a_term_of_another_lesson_is_linked_on_the_page_that_uses_it_first(path: Path) -> None:
    pages = re.split(r"(?m)^## ", FENCED.sub("", path.read_text("utf-8").partition("\n---\n")[2]))
    for term, lesson in TAUGHT_IN.items():
        using = [page for page in pages if term in page.lower()]
        if using and not path.stem.endswith(f"-{lesson}"):
            assert f"](lesson:{lesson})" in using[0], f"{term}: {using[0][:60]}"
