"""The two halves of a lesson's screen, the text and its simulation beside or behind it: going between them."""

from textual import on
from textual.reactive import reactive

from tutor.content.links import LESSON_SCHEME
from tutor.content.model import Lesson, SimulationBlock
from tutor.errors import ChainruleError
from tutor.quiz.session import Session
from tutor.screens.base import CourseScreen
from tutor.screens.course.lesson_blocks import nearest_block, show_links, simulation_blocks, tasks_on_record
from tutor.screens.course.side_panel import SimulationPanel
from tutor.screens.requests import OpenLesson
from tutor.widgets.deferred import call_after_paint
from tutor.widgets.lesson.page import LessonPage
from tutor.widgets.lesson.simulation_note import SimulationNote


class LessonDesk(CourseScreen):
    """A page of a lesson, with the simulation that belongs to it; a lesson's screen turns the pages."""

    page: reactive[int] = reactive(0, init=False)
    _shown: LessonPage

    def __init__(self, session: Session, lesson: Lesson) -> None:
        super().__init__(session)
        self.lesson = lesson
        self._side = SimulationPanel(
            [block for _, block in self._blocks], tasks_on_record(lesson, session.store), id="side"
        )
        self._visited: set[int] = set()
        """The lines of the blocks in whose simulations the learner has been."""
        self._linked = (-1, -1)
        """The page and the link on it that was followed last."""

    def _note(self, block: SimulationBlock) -> SimulationNote:
        return SimulationNote(block, self._side.done(block), was_visited=block.line in self._visited)

    @property
    def _blocks(self) -> list[tuple[int, SimulationBlock]]:
        """(page, block) of every simulation in the lesson."""
        return simulation_blocks(self.lesson)

    def _block_here(self) -> SimulationBlock | None:
        """The simulation that belongs to the page."""
        return nearest_block(self._blocks, self.page)

    # -- what the text shows

    async def action_show(self) -> None:
        """Follow the page's next link to a state of the simulation."""
        if links := show_links(self.lesson.sections[self.page]):
            page, last = self._linked
            following = (last + 1) % len(links) if page == self.page else 0
            self._linked = (self.page, following)
            await self._show_state(links[following])

    @on(LessonPage.LinkRequested)
    async def _follow(self, event: LessonPage.LinkRequested) -> None:
        if event.address.startswith(LESSON_SCHEME):
            self.post_message(OpenLesson(event.address.removeprefix(LESSON_SCHEME)))
        else:
            await self._show_state(event.address)

    async def _show_state(self, address: str) -> None:
        """Move the simulation to the state that a link names."""
        try:
            await self._side.show(address, self._block_here())
        except ChainruleError as error:
            self.notify(str(error), title="This cannot be shown", severity="error")
            return
        self.remove_class("-alone")
        if not self.has_class("-wide"):
            self.add_class("-simulation")
            self._side.focus_simulator()

    async def action_simulation(self) -> None:
        """Go to the simulation, or back from it to the text."""
        if self._in_simulation:
            self._to_text()
            return
        block = self._side.shown if self._side.shown is not None and self.has_class("-wide") else self._block_here()
        if block is None:
            self.notify("This lesson has no simulation.", timeout=3)
            return
        await self._go_to(block)

    async def action_simulate(self, action: str) -> None:
        """Press a key of the simulation, going there first if it is not visible."""
        block = self._block_here()
        if self._side.simulator is None or not self._side.display or self._side.shown is None:
            if block is None:
                return
            await self._go_to(block)
        elif not self.has_class("-wide"):
            await self._go_to(self._side.shown)
        if self._side.simulator is not None:
            call_after_paint(self, self._side.simulator.run_action, action)

    @on(SimulationNote.Opened)
    async def _go_to_note(self, event: SimulationNote.Opened) -> None:
        await self._go_to(event.block, for_tasks=True)

    async def _go_to(self, block: SimulationBlock, *, for_tasks: bool = False) -> None:
        for note in self._shown.query(SimulationNote):
            if note.block is block:  # from another page its tasks were not seen
                note.was_visited, self._visited = True, self._visited | {block.line}
        self.add_class("-simulation")
        await self._side.show_block(block, for_tasks=for_tasks)
        self._side.focus_simulator()

    @property
    def _in_simulation(self) -> bool:
        """Whether the simulation has the focus."""
        if not self.has_class("-wide"):
            return self.has_class("-simulation")
        return self.focused is not None and self.query_one("#side") in self.focused.ancestors

    def _to_text(self) -> None:
        self.remove_class("-simulation")
        self._shown.take_focus()

    async def action_back(self) -> None:
        """Go back one step: to the text, then to where the lesson was opened from."""
        if self._in_simulation or (self.focused is not None and self.focused is not self._shown):
            self._to_text()
        else:
            await super().action_back()
