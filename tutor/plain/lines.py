"""Reading and writing lines, through a terminal or a pipe."""

import os
import sys
import textwrap
from typing import TextIO

WIDTH = 78
VERDICTS = ("right", "partly", "wrong", "not graded")
"""How the line of a verdict begins."""


class Lines:
    """A place to say lines and to read answers from."""

    def __init__(self, source: TextIO | None = None, target: TextIO | None = None) -> None:
        self._source = source or sys.stdin
        self._target = target or sys.stdout
        encoding = (getattr(self._target, "encoding", None) or "utf-8").lower().replace("-", "")
        self.ascii = not encoding.startswith("utf") or os.environ.get("CHAINRULE_ASCII", "0") not in {"", "0"}
        """True when the reader's encoding has no Greek letters or signs, or the reader wants none."""

    @property
    def live(self) -> bool:
        """True when a person sits at both ends."""
        return self._source.isatty() and self._target.isatty()

    def say(self, *lines: str) -> None:
        """Write lines, and make sure they have left before anything else happens.

        A line that happens to begin like a verdict is indented: whoever reads through a pipe counts verdicts.
        """
        self._write("".join((f" {line}" if line.startswith(VERDICTS) else line) + "\n" for line in lines))

    def judge(self, verdict: str, *rest: str) -> None:
        """Write a line that is a verdict, as it is, and what belongs to it."""
        self._write(verdict + "\n")
        self.say(*rest)

    def _write(self, text: str) -> None:
        if self.ascii:
            text = text.encode(self._target.encoding, "replace").decode(self._target.encoding)
        self._target.write(text)
        self._target.flush()

    def ask(self, prompt: str) -> str | None:
        """What the learner types next; `None` when there is no more input."""
        if self.live:
            self._target.write(prompt)
            self._target.flush()
        line = self._source.readline()
        return line.rstrip("\r\n") if line else None


def wrap(text: str, indent: str = "") -> list[str]:
    """`text` wrapped to the width of a page, paragraph by paragraph."""
    lines: list[str] = []
    for paragraph in text.strip().split("\n\n"):
        if lines:
            lines.append("")
        joined = " ".join(paragraph.split())
        lines += textwrap.wrap(joined, WIDTH, initial_indent=indent, subsequent_indent=indent) or [""]
    return lines
