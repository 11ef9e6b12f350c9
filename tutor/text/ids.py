"""Patterns of ids: lower-case letters and digits, joined by hyphens."""

from tutor.patterns import compile_lazily

ID = compile_lazily(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""The id of a lesson, a concept or a question: `adam`, `3-steps`."""
NAME = compile_lazily(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
"""An id that begins with a letter: the name of a pack, or of a display formula."""
