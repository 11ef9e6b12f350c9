"""Writes lines and reads answers, through a terminal or a pipe."""

import sys
import textwrap
from typing import TextIO

from tutor.content.wrapping import NO_BREAK_SPACE
from tutor.patterns import compile_lazily
from tutor.text.input import read_line
from tutor.text.output import flush, is_terminal, lacks_formulas, write

PAGE_WIDTH = 78
MAX_PIPED_LINES = 5000
"""The most lines that a session reads from a pipe, since a pipe may never end (as from `yes`)."""
_BLANKS = compile_lazily(r"[ \t\n]++")
"""Blanks at which a line may be broken; the no-break spaces within formulas are not among them."""
VERDICT_STARTS = ("right", "partly", "wrong", "not yet", "not graded")
"""How a line with a verdict begins."""


class Lines:
    """Input and output of a plain-text session: writes lines to the learner and reads what she types."""

    def __init__(self, source: TextIO | None = None, target: TextIO | None = None) -> None:
        self._source = source or sys.stdin
        self._target = target or sys.stdout
        self._asked_count = 0
        self.ascii = lacks_formulas(self._target)
        """Whether to write formulas in ASCII: the output's encoding lacks their signs, or the learner asked for it."""

    @property
    def is_interactive(self) -> bool:
        """Whether input and output are both a terminal, so that a person reads and types."""
        return is_terminal(self._source) and is_terminal(self._target)

    def say(self, *lines: str) -> None:
        """Write lines and flush them.

        A line that happens to begin like a verdict is indented, since programs that read a pipe count verdicts.
        """
        text = ""
        for one_or_more_lines in lines:
            for line in one_or_more_lines.split("\n"):
                indent = " " if line.startswith(VERDICT_STARTS) else ""
                text += f"{indent}{line}\n"
        self._write(text)

    def say_verdict(self, verdict: str, *explanation: str) -> None:
        """Write the line with a verdict unchanged, then the lines that explain it."""
        self._write(verdict + "\n")
        self.say(*explanation)

    def _write(self, text: str) -> None:
        write(text, self._target)
        flush(self._target)

    def ask(self, prompt: str) -> str | None:
        """Read the learner's next line; `None` at the end of the input, or after `MAX_PIPED_LINES` from a pipe.

        `prompt` is written for a person at a terminal only.
        """
        if self.is_interactive:
            self._write("\n".join(wrap(prompt)) + " ")
        elif self._asked_count >= MAX_PIPED_LINES:
            self.say(f"(After {MAX_PIPED_LINES:,} lines through a pipe the session ends.)")
            return None
        self._asked_count += 1
        return read_line(self._source)

    def ask_command(self, prompt: str) -> str:
        """Read the learner's next line in lower case, without blanks around it.

        `"quit"` stands for `q` and for the end of the input too.
        """
        typed = self.ask(prompt)
        if typed is None or is_quit(typed):
            return "quit"
        return typed.strip().lower()


def is_quit(typed: str) -> bool:
    """Whether the typed text is a command to leave."""
    return typed.strip().lower() in {"quit", "q"}


def wrap(text: str, indent: str = "", hanging: str | None = None) -> list[str]:
    """Wrap `text` to the width of a page, paragraph by paragraph; words stay whole, and so do short formulas.

    Lines after the first of a paragraph begin with `hanging`, which is `indent` unless it is given.
    """
    lines: list[str] = []
    for paragraph in text.strip().split("\n\n"):
        if lines:
            lines.append("")
        wrapped = textwrap.wrap(
            _BLANKS.sub(" ", paragraph).strip(" "),
            PAGE_WIDTH,
            initial_indent=indent,
            subsequent_indent=indent if hanging is None else hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )
        # The spaces of a formula are no-break spaces, so that it stays on one line; they are written as ordinary ones.
        lines += [line.replace(NO_BREAK_SPACE, " ") for line in wrapped] or [""]
    return lines
