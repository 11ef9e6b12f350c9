"""Changes the roster of a class that is served, for the command `serve`, and tells the new tokens once."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.errors import ChainruleError, UsageError
from tutor.files import check_target, show_path, write_file
from tutor.text.numbers import counted
from tutor.text.output import say

if TYPE_CHECKING:
    from tutor.classroom.class_list import ListedLearner
    from tutor.serving.roster import Roster, RosterEntry


@dataclass(frozen=True)
class RosterChanges:
    """What is to be changed."""

    add: tuple[str, ...] = ()
    """`Ada Lovelace <ada@school.example>`, or the name alone."""
    add_all: Path | None = None
    """A file with one such line a learner."""
    renew: str | None = None
    remove: str | None = None
    tokens: Path | None = None
    """Where the new tokens are written instead of printed."""


def change_roster(roster: "Roster", changes: RosterChanges) -> None:
    """Add, renew and remove learners, and tell their new tokens; list the roster if nothing else is told.

    Of a learner who is on the roster already, the student_id is set if one is given. Nothing is changed where a name,
    a line of the file or the file of the tokens cannot be used.

    Raises:
        ChainruleError: the message says what cannot be used.
    """
    from tutor.classroom.class_list import find_shared_ids, parse_listed, read_names

    if changes.tokens is not None:
        check_target(changes.tokens)
    added = [parse_listed(each, "--add") for each in changes.add]
    for each in added:
        if not each.student_id:
            roster.check_new(each.name)  # before anybody is added, whose token would be lost
    added += read_names(changes.add_all) if changes.add_all is not None else []
    for _, words in find_shared_ids(_join_known(roster, added)):
        raise UsageError(words)
    tokens = _add(roster, added)
    if changes.renew is not None:
        tokens[changes.renew] = roster.renew(changes.renew)
    if changes.remove is not None:
        roster.remove(changes.remove)
        say(f"{changes.remove} is off the roster; the record is kept.")
    if tokens:
        _tell_tokens(tokens, changes.tokens)
    elif not added:
        lines = [f"{learner.name}: {roster.home(learner)}" for learner in roster.learners]
        say(*(lines or ["Nobody is on the roster; --add 'Ada Lovelace' adds a learner."]))


def _join_known(roster: "Roster", added: Sequence["ListedLearner"]) -> "list[ListedLearner]":
    """Those who are on the roster already, with the student_ids in their settings, then those who are `added`."""
    from tutor.classroom.class_list import ListedLearner

    changed = [roster.find(each.name) for each in added if each.student_id]
    known = [each for each in roster.learners if each not in changed] if changed else []
    return [*(ListedLearner(each.name, _find_id(roster, each)) for each in known), *added]


def _find_id(roster: "Roster", learner: "RosterEntry") -> str:
    """The student_id in the settings of a learner; "" where there is none, or none that can be read."""
    from tutor.settings.file import load_settings

    return load_settings(roster.home(learner))[0].student_id


def _add(roster: "Roster", added: Sequence["ListedLearner"]) -> dict[str, str]:
    """The tokens of those who are new; what became of the others is said."""
    from tutor.serving.program import prepare_home

    tokens = {}
    for each in added:
        known = roster.find(each.name)
        if known is None:
            tokens[each.name] = roster.add(each.name)
        elif each.student_id and each.student_id != _find_id(roster, known):
            say(f"{known.name}: student_id set to {each.student_id}; the token stays as it was.")
        else:
            say(f"{known.name} is on the roster already; the token stays as it was.")
        learner = known or roster.find(each.name)
        if learner is not None:
            prepare_home(roster.home(learner), learner.name, each.student_id)
    return tokens


def _tell_tokens(tokens: Mapping[str, str], file: Path | None) -> None:
    """Print the new tokens, or write them to a file that its owner alone can read; they can never be told again."""
    if file is not None:
        try:
            write_file(file, _as_csv(tokens))
        except ChainruleError:
            say(*_lines(tokens))
            raise
        say(
            f"{counted(len(tokens), 'token')} written to {show_path(file)}, which you alone can read: hand each to its "
            "learner, then delete the file."
        )
    else:
        say(*_lines(tokens), "Write the tokens down now and hand each to its learner: only a hash is kept.")


def _lines(tokens: Mapping[str, str]) -> list[str]:
    return [f"{name}: {token}" for name, token in tokens.items()]


def _as_csv(tokens: Mapping[str, str]) -> str:
    from tutor.progress.record.report import defuse_formulas

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("name", "token"))
    writer.writerows(defuse_formulas(row) for row in tokens.items())
    return text.getvalue()
