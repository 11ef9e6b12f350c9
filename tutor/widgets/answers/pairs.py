"""Places to each of which an option is put."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key

from tutor.questions.base import Option
from tutor.widgets.answers.single_choice import NOTHING, SingleChoiceList


class PairList(SingleChoiceList):
    """The numbered places. Press the letter that belongs to the place under the cursor; Enter hands all in."""

    HELP_TITLE = "Pairs"
    HELP = (
        "The numbered places. Move with the arrows. The letter you press is put beside the place under "
        "the cursor, and the cursor goes on to the next. Backspace takes it away. Enter hands your answer in."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("backspace,delete", "clear", "Clear", id="pairs.clear", tooltip="Remove the letter beside this place"),
        Binding("enter", "choose", "Answer", id="pairs.answer", tooltip="Hand the pairs in"),
    ]

    def __init__(self, places: Sequence[Option], options: Sequence[Option]) -> None:
        """Offer `places`, called 1, 2, 3 …, for the letters of `options`."""
        self._letters = [option.label for option in options]
        self._put: dict[int, str] = {}
        """Number of the place, from 0, → its letter."""
        self._tried: dict[int, str] = {}
        """The letters of the first try."""
        super().__init__(places)

    def offers(self, character: str) -> bool:
        """Whether `character` is the letter of what can be put to a place."""
        return character in self._letters

    @property
    def chosen(self) -> str:
        """The pairs as one would type them."""
        return " ".join(f"{place + 1}{letter}" for place, letter in sorted(self._put.items()))

    def put(self, raw: str) -> None:
        """Put the letters as one typed them: `1b 2a`, or `b a`."""
        letters = [letter for letter in raw if letter in self._letters]
        self._put = dict(enumerate(letters[: len(self._offered)]))
        self._write()

    def mark(self, right: str, chosen: str, whys: Sequence[str] = ()) -> None:
        """Show at each place whether its letter was right, which one is, and why."""
        self.put(chosen)
        wanted = [letter for letter in right if letter in self._letters]
        for place, (option, letter) in enumerate(zip(self._offered, wanted, strict=True)):
            good = self._put.get(place) == letter
            sign = Content.styled("  ✓ right" if good else f"  ✗ {letter} belongs here", _style(good))
            why = whys[place] if place < len(whys) else ""
            self.replace_option_prompt(option.label, self._entry(option, sign, why))
        self._end()

    def _note_tried(self, tried: str) -> None:
        """The letters stay, to be changed."""
        self.put(tried)
        self._tried = dict(self._put)
        self._go_to_first_without_note()

    def _note(self, option: Option) -> Content:
        """What was right is said for as long as its letter stands."""
        place = self._offered.index(option)
        return super()._note(option) if self._put.get(place) == self._tried.get(place) else NOTHING

    def on_key(self, event: Key) -> None:
        """A letter is put beside the place under the cursor; a number goes to its place."""
        numbers = [str(place + 1) for place in range(len(self._offered))]
        if event.character in self._letters and self.highlighted is not None:
            self._put[self.highlighted] = str(event.character)
            self._write()
            self.highlighted = min(self.highlighted + 1, len(self._offered) - 1)
        elif event.character in numbers:
            self.highlighted = numbers.index(str(event.character))
        else:
            return
        event.stop()
        event.prevent_default()

    def action_cursor_down(self) -> None:
        """To the next place; past the last there is none, so that no letter is written over."""
        if self.highlighted != len(self._offered) - 1:
            super().action_cursor_down()

    def action_cursor_up(self) -> None:
        """To the place before; before the first there is none."""
        if self.highlighted:
            super().action_cursor_up()

    def action_clear(self) -> None:
        """Take the letter of the place under the cursor away."""
        if self.highlighted is not None:
            self._put.pop(self.highlighted, None)
            self._write()

    def action_choose(self) -> None:
        """Hand the pairs in."""
        self.post_message(self.Chosen(self.chosen))

    @property
    def _shows_cursor(self) -> bool:
        return True

    def _box(self, option: Option) -> Content:
        letter = self._put.get(self._offered.index(option), "·")
        return Content.styled(f"[{letter}] ", "$text-accent")


def _style(good: bool) -> str:
    return "bold $text-success" if good else "bold $text-error"
