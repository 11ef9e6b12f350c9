"""The two halves of a lesson's screen, the text and its simulation beside or behind it: going between them."""

from textual import on
from textual.reactive import reactive

from tutor.content.links import LESSON_SCHEME
from tutor.content.model import Lesson, SimulationBlock
from tutor.errors import ChainruleError
from tutor.quiz.session import Session
from tutor.screens.base import CourseScreen
from tutor.screens.course.lesson_blocks import nearest_block, page_show_links, simulation_blocks, tasks_on_record
from tutor.screens.course.side_panel import SimulationPanel
from tutor.screens.requests import OpenLesson
from tutor.widgets.deferred import call_after_paint
from tutor.widgets.lesson.page import LessonPage
from tutor.widgets.lesson.simulation_note import SimulationNote


class LessonDesk(CourseScreen):
    """A page of a lesson, with the simulation that belongs to it; a lesson's screen turns the pages."""

    page: reactive[int] = reactive(0, init=False)
    """The page that is read, counted from 0."""
    _shown_page: LessonPage
    """The page that is visible; the lesson's screen sets it."""

    def __init__(self, session: Session, lesson: Lesson) -> None:
        super().__init__(session)
        self.lesson = lesson
        self._side_panel = SimulationPanel(
            [block for _, block in self._blocks], tasks_on_record(lesson, session.store), id="side"
        )
        self._visited_lines: set[int] = set()
        """The lines of the blocks whose simulations the learner has visited."""
        self._followed_link = (-1, -1)
        """(page, index of the link on that page) of the link that `action_show` followed last; at first of none."""

    def _make_note(self, block: SimulationBlock) -> SimulationNote:
        """Make the box that stands for a simulation in the text."""
        return SimulationNote(block, self._side_panel.done_tasks(block), was_visited=block.line in self._visited_lines)

    @property
    def _blocks(self) -> list[tuple[int, SimulationBlock]]:
        """(page, block) of every simulation in the lesson."""
        return simulation_blocks(self.lesson)

    def _nearest_block(self) -> SimulationBlock | None:
        """The simulation that belongs to the page."""
        return nearest_block(self.lesson, self.page)

    # -- what the text shows

    async def action_show(self) -> None:
        """Follow the page's next link to a state of the simulation; after the last link, the first again."""
        addresses = page_show_links(self.lesson.sections[self.page])
        if not addresses:
            return
        page, last_index = self._followed_link
        index = (last_index + 1) % len(addresses) if page == self.page else 0
        self._followed_link = (self.page, index)
        await self._show_state(addresses[index])

    @on(LessonPage.LinkRequested)
    async def _follow_link(self, event: LessonPage.LinkRequested) -> None:
        """Follow a link in the text: open its lesson, or show its state of the simulation."""
        if event.address.startswith(LESSON_SCHEME):
            self.post_message(OpenLesson(event.address.removeprefix(LESSON_SCHEME)))
        else:
            await self._show_state(event.address)

    async def _show_state(self, address: str) -> None:
        """Move the simulation to the state that a link names."""
        try:
            await self._side_panel.show_linked_state(address, self._nearest_block())
        except ChainruleError as error:
            self.notify(str(error), title="This cannot be shown", severity="error")
            return
        self.remove_class("-alone")  # in a lesson without simulations, this class hides the side panel
        if not self.has_class("-wide"):
            self.add_class("-simulation")  # this class shows the side panel in place of the text
            self._side_panel.focus_simulator()

    async def action_toggle_simulation(self) -> None:
        """Go from the text to the simulation, or from the simulation back to the text.

        The simulation beside the text comes first; if none is there, the one that belongs to the page is shown.
        """
        if self._is_in_simulation:
            self._return_to_text()
            return
        block = self._side_panel.shown_block if self.has_class("-wide") else None
        if block is None:
            block = self._nearest_block()
        if block is None:
            self.notify("This lesson has no simulation.", timeout=3)
            return
        await self._go_to_simulation(block)

    async def action_press_in_simulation(self, action: str) -> None:
        """Run an action of the simulator, such as a step; unless it is beside the text, go there first.

        The keys of `LESSON_KEYS` call this while the focus is in the text.
        """
        panel = self._side_panel
        shows_simulator = panel.simulator is not None and panel.display and panel.shown_block is not None
        block = panel.shown_block if shows_simulator else self._nearest_block()
        if block is None:  # a lesson without simulations
            return
        is_beside_text = shows_simulator and self.has_class("-wide")
        if not is_beside_text:
            await self._go_to_simulation(block)
        if panel.simulator is not None:
            call_after_paint(self, panel.simulator.run_action, action)

    @on(SimulationNote.Opened)
    async def _go_to_simulation_of_note(self, event: SimulationNote.Opened) -> None:
        await self._go_to_simulation(event.block, for_tasks=True)

    async def _go_to_simulation(self, block: SimulationBlock, *, for_tasks: bool = False) -> None:
        """Show the simulation of `block`, and give it the focus.

        If the note of the simulation is on the visible page, it counts as visited from then on. If the note is on
        another page, it does not: the learner has not seen the tasks there.
        """
        for note in self._shown_page.query(SimulationNote):
            if note.block is block:
                note.was_visited = True
                self._visited_lines.add(block.line)
        self.add_class("-simulation")  # on a narrow screen this class shows the side panel in place of the text
        await self._side_panel.show_block(block, for_tasks=for_tasks)
        self._side_panel.focus_simulator()

    @property
    def _is_in_simulation(self) -> bool:
        """Whether the simulation has the focus, or is shown in place of the text."""
        if not self.has_class("-wide"):
            return self.has_class("-simulation")
        return self.focused is not None and self.query_one("#side") in self.focused.ancestors

    def _return_to_text(self) -> None:
        """Show the text, if the simulation was in its place, and give it the focus."""
        self.remove_class("-simulation")
        self._shown_page.take_focus()

    async def action_back(self) -> None:
        """Go back from the simulation, or from a part of the page, to the page; from there, leave the lesson."""
        if self._is_in_simulation or (self.focused is not None and self.focused is not self._shown_page):
            self._return_to_text()
        else:
            await super().action_back()
