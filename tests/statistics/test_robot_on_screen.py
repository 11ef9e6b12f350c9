"""A robot that presses only the key that goes on, answers rightly and does the tasks: then the course is done."""

from asyncio import Event, sleep, wait_for
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest
from textual._compositor import Compositor
from textual.app import App
from textual.events import Paste
from textual.widgets import Input

from tests.screens.story import SMALL, record
from tests.statistics.recipes import recipe_for
from tests.waiting import PATIENCE
from tutor.content.course import open_course
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.course.finish_panel import FinishPanel
from tutor.screens.course.lesson import LessonScreen
from tutor.settings.table import Settings
from tutor.sims.table import find_simulation
from tutor.statistics.completion import lesson_progress
from tutor.widgets.answers.answer_input import AnswerForm
from tutor.widgets.answers.question_card import QuestionCard
from tutor.widgets.answers.verdict import Verdict
from tutor.widgets.literal import Static
from tutor.widgets.simulator.simulator import Simulator

COURSE = open_course()
IDS = [heading.front_matter.id for heading in COURSE.headings]
GROUP = 4
"""Lessons that one robot works through, one after the other."""
PRESSES_PER_PAGE = 60
"""More than a page of any length takes."""


class Robot:
    """A learner who presses Enter, and nothing else but answers and what tasks ask for."""

    def __init__(self, program: ChainruleApp) -> None:
        self.program = program
        self.presses = 0

    @property
    def lesson(self) -> LessonScreen:
        screen = self.program.screen
        assert isinstance(screen, LessonScreen), "the key leads from lesson to lesson, and nowhere else"
        return screen

    async def go_on(self) -> None:
        """Answer, or do what is asked for, where the key has stopped; then press it."""
        focused = self.program.focused
        if isinstance(focused, Simulator):
            await self.do_tasks(focused)
        around = focused.ancestors if focused is not None else []
        here = [card for card in around if isinstance(card, QuestionCard) and card.grade is None]
        for card in here:
            await self.type(card)
        before = self.state
        self.presses += 1
        self.program.simulate_key("enter")
        await self.until(lambda: all(card.query(Verdict) for card in here) if here else self.state != before)
        await self.until(
            lambda: (
                self.lesson._shown_page._is_built and self.lesson._shown_page is self.lesson._page_at(self.lesson.page)
            )
        )
        for _ in range(2):
            laid_out = Event()
            self.lesson._shown_page.call_after_refresh(laid_out.set)
            await wait_for(laid_out.wait(), PATIENCE)

    @property
    def stands(self) -> bool:
        """Whether the page that was turned to is there, with all its parts."""
        return self.lesson._shown_page is self.lesson._page_at(self.lesson.page) and self.lesson._shown_page._is_built

    @property
    def state(self) -> tuple[object, ...]:
        """Where the learner is; every press of the key changes it."""
        lesson, page = self.lesson, self.lesson._shown_page
        focused = self.program.focused
        graded = sum(card.grade is not None for card in page.walk_children(QuestionCard))
        finished = len([*page.walk_children(FinishPanel)])
        return lesson, page, page.scroll_offset.y, focused, graded, finished

    async def until(self, seen: Callable[[], bool]) -> None:
        """Wait until something holds, without asking every widget whether it is idle."""
        begun = monotonic()
        while monotonic() - begun < PATIENCE:
            if seen():
                return
            await sleep(0.005)
        here = f"page {self.lesson.page + 1} of {self.lesson.lesson.id}, at {self.program.focused}"
        raise AssertionError(f"nothing happens on {here}:\n{self.state}\n{self.page_words}")

    @property
    def page_words(self) -> str:
        """What the page knows of itself, for whoever wants to know why the key did nothing."""
        page = self.lesson._shown_page
        cards = [(card.instance.id, card.grade is not None, card.virtual_region) for card in page.query(QuestionCard)]
        seen = f"seen {page._seen_rows} of {page._text_end}, {page.virtual_size}, at most {page.max_scroll_y}"
        return f"{page._enter_action}: {seen}, stands: {page._is_built}, shown: {page.display}, {cards}"

    async def type(self, card: QuestionCard) -> None:
        """Type the right answer, or the letters that pick it."""
        solution = card.instance.solution
        form = card.query_one(AnswerForm)
        if isinstance(self.program.focused, Input):
            self.program.focused.post_message(Paste(solution))
            await self.until(lambda: form.raw == solution)
            return
        letters = [*filter(str.isalpha, solution.partition(") ")[0])]
        for letter in letters:
            self.program.simulate_key(letter)
        await self.until(lambda: [*filter(str.isalpha, form.raw)] == letters)

    async def do_tasks(self, simulator: Simulator) -> None:
        """Set what the open tasks ask for, and go to the step."""
        side = self.lesson._side_panel
        block = side.shown_block
        assert block is not None
        for index, task in enumerate(block.tasks):
            if task.goal and index not in side.done_tasks(block):
                recipe = recipe_for(block, task)
                simulator.player.replace_rules(find_simulation(block.name).build(**{**block.values, **recipe.values}))
                simulator.player.jump(recipe.steps)
                simulator.post_message(Simulator.Moved(simulator.player))
                await self.until(lambda index=index: index in side.done_tasks(block))  # type: ignore[misc]  # a default

    def refusals(self) -> list[str]:
        """What the page says that it cannot show or ask."""
        said = (str(part.content) for part in self.lesson.walk_children(Static))
        return [text for text in said if text.startswith("! This ")]


@pytest.fixture
def unpainted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lay everything out and paint nothing: a third of the time, and no one looks."""
    display = App._display
    monkeypatch.setattr(Compositor, "render_update", lambda *_, **__: None)
    monkeypatch.setattr(
        App, "_display", lambda app, screen, update: None if update is None else display(app, screen, update)
    )


@pytest.mark.usefixtures("unpainted")
@pytest.mark.parametrize("first", range(0, len(IDS), GROUP), ids=lambda first: IDS[first])
async def test_the_go_on_key_and_right_answers_lead_through_the_lessons_and_all_are_done(
    tmp_path: Path, first: int
) -> None:
    ids, following = IDS[first : first + GROUP], IDS[first + GROUP : first + GROUP + 1]
    program = ChainruleApp(
        COURSE, record(tmp_path / "home"), Opening("lesson", lesson=ids[0]), Settings(reduced_motion=True)
    )
    visited = [ids[0]]
    most = PRESSES_PER_PAGE * sum(len(COURSE.lesson(id).sections) for id in ids)
    async with program.run_test(size=SMALL):
        robot = Robot(program)
        while visited != [*ids, *following] or not following:
            await robot.go_on()
            assert robot.presses < most, f"it goes no further than page {robot.lesson.page + 1} of {visited[-1]}"
            if not following and not lesson_progress(COURSE.lesson(ids[-1]), program.store).missing:
                break
            assert robot.refusals() == []
            if robot.lesson.lesson.id != visited[-1]:
                visited.append(robot.lesson.lesson.id)
    assert visited == [*ids, *following], "each lesson leads to the next"
    missing = {id: lesson_progress(COURSE.lesson(id), program.store).words for id in ids}
    assert missing == dict.fromkeys(ids, "")
    answers = program.store.attempts()
    assert {answer.verdict for answer in answers} == {"right"}
    assert len(answers) == sum(len(COURSE.lesson(id).questions) for id in ids)
