"""What a course list needs of a lesson: its front matter, and what is wrong with it. The first paint waits for this."""

from pathlib import Path

import msgspec

from tutor.errors import clip

LONGEST = 400
"""Characters of a fault's message that are shown: one that quotes a whole line of noise says no more."""


class FrontMatter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The YAML between the two `---` lines at the top of a lesson."""

    id: str
    title: str
    part: str
    concepts: tuple[str, ...]
    minutes: int
    needs: tuple[str, ...] = ()


class Heading(msgspec.Struct, frozen=True):
    """What a course list needs of a lesson, without reading the rest of it."""

    number: int
    """Its place in the course: the NN of `NN-id.md`."""
    path: Path
    front: FrontMatter


class Fault(msgspec.Struct, frozen=True, order=True):
    """Something wrong in a lesson, where, and what to do."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {clip(self.message, LONGEST)}"
