"""Changes the roster of a class that is served, for the command `serve`, and shows the new tokens once."""

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
    """The changes to make to a roster; the fields are the options of `serve`."""

    add: tuple[str, ...] = ()
    """`Ada Lovelace <ada@school.example>`, or the name alone."""
    add_all: Path | None = None
    """A file with one such line a learner."""
    renew: str | None = None
    """The name of the learner who gets a new token."""
    remove: str | None = None
    """The name of the learner who is taken off the roster."""
    tokens_file: Path | None = None
    """The file to which the new tokens are written; without one they are printed."""


def change_roster(roster: "Roster", changes: RosterChanges) -> None:
    """Add, renew and remove learners, and show their new tokens; list the roster if there is nothing else to show.

    For a learner who is on the roster already, only the student_id is set, if one is given. Nothing is changed if a
    name, a line of the file or the file of the tokens cannot be used.

    Raises:
        ChainruleError: the message says what cannot be used.
    """
    from tutor.classroom.class_list import find_shared_ids, parse_listed, read_names

    if changes.tokens_file is not None:
        check_target(changes.tokens_file)
    listed = [parse_listed(text, "--add") for text in dict.fromkeys(changes.add)]  # each once
    for learner in listed:
        if not learner.student_id:
            roster.check_new(learner.name)  # before anybody is added, whose token would be lost
    if changes.add_all is not None:
        listed += read_names(changes.add_all)
    id_faults = find_shared_ids(_with_learners_on_roster(roster, listed))
    if id_faults:
        _, message = id_faults[0]
        raise UsageError(message)
    tokens: dict[str, str] = {}  # name → new token
    try:
        _add_learners(roster, listed, tokens)
        if changes.renew is not None:
            tokens[changes.renew] = roster.renew(changes.renew)
        if changes.remove is not None:
            roster.remove(changes.remove)
            say(f"{changes.remove} is off the roster; the record is kept.")
    except ChainruleError:
        if tokens:  # they are kept nowhere else
            _show_tokens(tokens, changes.tokens_file)
        raise
    if tokens:
        _show_tokens(tokens, changes.tokens_file)
    elif not listed:
        lines = [f"{learner.name}: {roster.home(learner)}" for learner in roster.learners]
        say(*(lines or ["Nobody is on the roster; --add 'Ada Lovelace' adds a learner."]))


def _with_learners_on_roster(roster: "Roster", listed: Sequence["ListedLearner"]) -> "list[ListedLearner]":
    """All learners whose student_ids must differ: those on the roster whose ids stay unchanged, then the `listed`.

    If no listed learner has a student_id, no id can clash, so the roster is left out, which saves reading everybody's
    settings.
    """
    from tutor.classroom.class_list import ListedLearner

    with_student_id = [learner for learner in listed if learner.student_id]
    if not with_student_id:
        return list(listed)
    found = [roster.find(learner.name) for learner in with_student_id]
    entries_to_change = [entry for entry in found if entry is not None]  # a new learner has none yet
    unchanged = [
        ListedLearner(entry.name, _find_student_id(roster, entry))
        for entry in roster.learners
        if entry not in entries_to_change
    ]
    return [*unchanged, *listed]


def _find_student_id(roster: "Roster", learner: "RosterEntry") -> str:
    """The student_id in the settings of a learner; "" if there is none, or none that can be read."""
    from tutor.settings.file import load_settings

    settings, _ = load_settings(roster.home(learner))
    return settings.student_id


def _add_learners(roster: "Roster", listed: Sequence["ListedLearner"], tokens: dict[str, str]) -> None:
    """Add learners who are not on the roster to it, with their tokens to `tokens`; set the student_ids of the others.

    Each gets a folder with a settings file, if there is none.
    """
    from tutor.serving.program import prepare_home

    for learner in listed:
        entry = roster.find(learner.name)
        is_new = entry is None
        if entry is None:
            tokens[learner.name] = roster.add(learner.name)
            entry = roster.find(learner.name)
            if entry is None:  # somebody else has removed the learner in this moment
                continue
        gets_student_id = bool(learner.student_id) and learner.student_id != _find_student_id(roster, entry)
        # In a settings file that is there, this only sets a student_id that is given.
        prepare_home(roster.home(entry), entry.name, learner.student_id)
        if not is_new:
            change = f": student_id set to {learner.student_id}" if gets_student_id else " is on the roster already"
            say(f"{entry.name}{change}; the token stays as it was.")


def _show_tokens(tokens: Mapping[str, str], file: Path | None) -> None:
    """Print the new tokens, or write them to a file that its owner alone can read; the roster keeps only hashes."""
    token_lines = [f"{name}: {token}" for name, token in tokens.items()]
    if file is None:
        say(*token_lines, "Write the tokens down now and hand each to its learner: only a hash is kept.")
        return
    try:
        write_file(file, _tokens_csv(tokens))
    except ChainruleError:
        say(*token_lines)  # otherwise they would be lost
        raise
    say(
        f"{counted(len(tokens), 'token')} written to {show_path(file)}, which you alone can read: hand each to its "
        "learner, then delete the file."
    )


def _tokens_csv(tokens: Mapping[str, str]) -> str:
    """The tokens as the text of a CSV file, in which no name can act as a formula of a spreadsheet."""
    from tutor.progress.record.report import defuse_formulas

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("name", "token"))
    writer.writerows(defuse_formulas(row) for row in tokens.items())
    return text.getvalue()
