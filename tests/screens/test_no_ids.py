"""People read titles and words: the ids of lessons, concepts and questions stay where programs read them."""

import io
import re
from dataclasses import replace
from pathlib import Path

from tests.progress.helping import attempt
from tests.screens.story import DOUBLING, NOW, RATES, SMALL, press, record, text, until
from tutor.content.collected import Source
from tutor.content.course import Course
from tutor.placement.results import PlacementOutcome
from tutor.plain.lines import Lines
from tutor.plain.placement import outcome_lines
from tutor.plain.question import question_name
from tutor.quiz.session import Session
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.quiz.placement import describe_outcome
from tutor.screens.reference.listing import origin_content

IDS = {"doubling": "twice-over", "squares": "odd-squares", "double-it": "ask-twice", "rates": "rates-of-change"}
"""What the small course calls things → names that no text has."""


def named_course(folder: Path) -> Course:
    """The small course with names of several words."""
    folder.mkdir()
    for file, lesson in {"01-twice-over.md": DOUBLING, "02-rates-of-change.md": RATES}.items():
        named = lesson
        for plain, id in IDS.items():
            named = re.sub(rf"(id: |\[|, ){plain}(?=[\],\n])", rf"\1{id}", named)
        (folder / file).write_text(named, "utf-8")
    return Course(folder)


async def test_no_screen_shows_an_id(tmp_path: Path) -> None:
    course, store = named_course(tmp_path / "lessons"), record(tmp_path / "home")
    assert [heading.front_matter.id for heading in course.headings] == ["twice-over", "rates-of-change"]
    for number in range(3):
        wrong = attempt(number, score=0.0, at=NOW)
        store.add(replace(wrong, question="ask-twice", lesson="twice-over", concepts=("twice-over", "odd-squares")))
    program = ChainruleApp(course, store, Opening("home"))
    ways = {
        "Practise": [],
        "builds on Doubling": ["down"],
        "Last 7 days": ["i"],
        "Find": ["escape", "slash", *"rat"],
        "Quiz on": ["escape", "ctrl+p", *"quizon"],
    }
    async with program.run_test(size=SMALL) as pilot:
        for seen, keys in ways.items():
            await press(pilot, keys)
            await until(pilot, seen)
            assert [id for id in IDS.values() if id in text(program)] == []


def test_no_outcome_and_no_heading_shows_an_id(tmp_path: Path) -> None:
    course = named_course(tmp_path / "lessons")
    outcome = PlacementOutcome(("twice-over",), ("rates-of-change",), ("rates-of-change",))
    said = "\n".join([describe_outcome(outcome, course).plain, *outcome_lines(outcome, course)[:2]])
    assert said.count("Doubling, and what it costs") == 2
    assert said.count("Rates, seen in a simulation") == 3
    source = Source("twice-over", 1, "Doubling: what it costs", 2)
    assert origin_content(source).plain == "lesson 1, Doubling, page 3"
    instance = Session(course, record(tmp_path / "home"), lambda: NOW).make_instance("ask-twice")

    class AtTerminal(Lines):
        is_interactive = True

    assert question_name(instance, AtTerminal(io.StringIO(), io.StringIO())) == "twice over"
    assert question_name(instance, Lines(io.StringIO(), io.StringIO())) == "ask-twice", "programs read it in a pipe"
