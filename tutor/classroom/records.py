"""Reads the record of a learner where it lies, as on the machine that serves a class: nothing has to be handed in."""

import os
from pathlib import Path

from tutor.classroom.hand_in import HandIn, Moment
from tutor.files import show_path
from tutor.progress.record.elsewhere import OtherRecord, read_other_record
from tutor.progress.record.owner import Owner
from tutor.progress.tables.resets import read_resets
from tutor.quiz.sittings import read_sittings
from tutor.settings.file import load_settings, settings_faults_message


def read_record_owner(path: Path) -> Owner:
    """The owner of a record according to the settings beside it; if they have no name, the name of its folder."""
    settings, _ = load_settings(path.parent)
    return Owner(settings.name or path.parent.name, settings.student_id)


def read_record(path: Path) -> HandIn:
    """Read a record, with the name and student_id of the settings beside it.

    A path without a record counts as a record without answers.

    Raises:
        UsageError: it cannot be read or is damaged; one line says what.
    """
    _, faults = load_settings(path.parent)
    record = read_other_record(path) if os.path.lexists(path) else OtherRecord()
    attempts = [history.attempt for history in record.histories]
    moments = tuple(Moment(f"an answer to {attempt.question}", attempt.at) for attempt in attempts)
    return HandIn(
        show_path(path),
        read_record_owner(path),
        record.histories,
        moments,
        is_record=True,
        sittings=tuple(read_sittings(record.stored)),
        resets=tuple(read_resets(record.stored)),
        remarks=(settings_faults_message(path.parent, faults),) if faults else (),
    )
