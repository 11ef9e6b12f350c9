"""A list of places, each of which gets one option."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key

from tutor.questions.base import Option
from tutor.widgets.answers.single_choice import NO_NOTE, SingleChoiceList, mark_style


class PairList(SingleChoiceList):
    """Numbered places. Press the letter for the place under the cursor; Enter submits them all."""

    HELP_TITLE = "Pairs"
    HELP = (
        "The numbered places. Move with the arrows. The letter you press is put beside the place under "
        "the cursor, and the cursor goes on to the next. Backspace takes the last one away. Enter hands your answer in."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "backspace,delete",
            "clear",
            "Clear",
            id="pairs.clear",
            tooltip="Remove the letter beside this place, or the one above",
        ),
        Binding("enter", "choose", "Answer", id="pairs.answer", tooltip="Hand the pairs in"),
    ]

    picked_sign = " "  # a box says what was picked

    def __init__(self, places: Sequence[Option], options: Sequence[Option]) -> None:
        """Offer `places`, numbered 1, 2, 3 …, for the letters of `options`."""
        self._letters = [option.label for option in options]
        self._letter_at: dict[int, str] = {}
        """Index of a place → the letter put there."""
        self._tried: dict[int, str] = {}
        """`_letter_at` as it was at the first try."""
        super().__init__(places)

    def offers(self, character: str) -> bool:
        """Whether `character` is the letter of an option."""
        return character in self._letters

    @property
    def chosen(self) -> str:
        """The pairs as a learner would type them: `1b 2a`."""
        return " ".join(f"{index + 1}{letter}" for index, letter in sorted(self._letter_at.items()))

    def fill_in(self, raw: str) -> None:
        """Fill in letters typed as `1b 2a` or as `b a`. Only the order of the letters counts, not the numbers."""
        letters = [character for character in raw if character in self._letters]
        self._letter_at = dict(enumerate(letters[: len(self._offered)]))
        self._rewrite_options()

    def mark(self, solution: str, chosen: str, whys: Sequence[str] = ()) -> None:
        """Show at each place whether its letter was right, which letter is right, and why."""
        self.fill_in(chosen)
        right_letters = [character for character in solution if character in self._letters]
        for index, (place, right_letter) in enumerate(zip(self._offered, right_letters, strict=True)):
            is_right = self._letter_at.get(index) == right_letter
            words = "  ✓ right" if is_right else f"  ✗ {right_letter} belongs here"
            why = whys[index] if index < len(whys) else ""
            row = self._render_option(place, Content.styled(words, mark_style(is_right)), why)
            self.replace_option_prompt(place.label, row)
        self._end_answering()

    def _note_tried(self, tried: str) -> None:
        """Keep the letters of the first try, which can still be changed."""
        self.fill_in(tried)
        self._tried = dict(self._letter_at)
        self._go_to_first_without_note()

    def _note_beside(self, option: Option) -> Content:
        """The note beside a place, such as that its letter was right, until the letter changes."""
        index = self._offered.index(option)
        is_unchanged = self._letter_at.get(index) == self._tried.get(index)
        return super()._note_beside(option) if is_unchanged else NO_NOTE

    def on_key(self, event: Key) -> None:
        """Put a letter at the place under the cursor; a number moves the cursor to its place."""
        numbers = [str(number) for number in range(1, len(self._offered) + 1)]
        if event.character in self._letters and self.highlighted is not None:
            self._letter_at[self.highlighted] = str(event.character)
            self._rewrite_options()
            self.highlighted = min(self.highlighted + 1, len(self._offered) - 1)
        elif event.character in numbers:
            self.highlighted = numbers.index(str(event.character))
        else:
            return
        event.stop()
        event.prevent_default()

    def action_cursor_down(self) -> None:
        """Move to the next place, but not from the last to the first, where a letter could be overwritten."""
        if self.highlighted != len(self._offered) - 1:
            super().action_cursor_down()

    def action_cursor_up(self) -> None:
        """Move to the previous place, but not from the first to the last, as Textual would."""
        if self.highlighted:
            super().action_cursor_up()

    def action_clear(self) -> None:
        """Remove the letter at the cursor; if there is none, remove the one before it, which was typed last."""
        if self.highlighted is None:
            return
        has_letter, is_first_place = self.highlighted in self._letter_at, self.highlighted == 0
        if not has_letter and not is_first_place:
            self.highlighted -= 1
        self._letter_at.pop(self.highlighted, None)
        self._rewrite_options()

    def action_choose(self) -> None:
        """Submit the pairs."""
        self.post_message(self.Chosen(self.chosen))

    @property
    def _shows_cursor(self) -> bool:
        """Always, since moving the cursor chooses nothing."""
        return True

    def _box(self, option: Option) -> Content:
        """The box before a place, with its letter or a dot."""
        letter = self._letter_at.get(self._offered.index(option), "·")
        return Content.styled(f"[{letter}] ", "$text-accent")
