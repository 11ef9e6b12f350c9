"""Installs, replaces and removes packs; a pack is installed completely or not at all."""

import contextlib
import json
import shutil
import tempfile
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tutor import __version__
from tutor.content.check import ReportProgress
from tutor.content.find import lesson_files
from tutor.content.front_matter import LessonFault, read_front_matter
from tutor.content.pack import MANIFEST_NAME, Manifest, parse_manifest, read_manifest
from tutor.errors import ChainruleError
from tutor.files import UNFINISHED_PREFIX, create_private_folder, new_file, show_path, system_reason, write_file
from tutor.packs.entries import Entries, PackError, read_entries
from tutor.packs.installed import (
    REMOVED_FILE_NAME,
    digest_of,
    find_pack,
    pack_folders,
    packs_folder,
    proof_path,
    removed_lessons,
)
from tutor.packs.proof import has_code, pack_faults, read_pack_lessons
from tutor.sandbox.guards import ALL_GUARDS, active_guards

LEFT_OVER_SECONDS = 86_400
"""An unfinished folder older than this, in seconds, was left by a program that was stopped."""
PACKED_AT = (1980, 1, 1, 0, 0, 0)
"""The time of every file in a zip, so that the same pack has the same bytes whenever it is built."""
_FILE_MODE = 0o100644
"""The Unix mode of each file in a zip: a regular file that its owner may write and everybody may read."""


@dataclass(frozen=True)
class Pack:
    """An installed pack."""

    folder: Path
    manifest: Manifest | None
    """`None` if its file cannot be read any more."""
    lessons: tuple[tuple[str, str], ...]
    """Id and title of each lesson."""
    faults: tuple[LessonFault, ...]


def open_pack(folder: Path) -> Pack:
    """Describe the pack in `folder` from its manifest and the front matter of its lessons; their pages are not read."""
    manifest, manifest_faults = read_manifest(folder)
    all_faults = [*manifest_faults]
    lessons = []
    for path in _lessons_in(folder):
        parsed = read_front_matter(path)
        all_faults += parsed.faults
        if parsed.heading is not None:
            lessons.append((parsed.heading.front_matter.id, parsed.heading.front_matter.title))
    return Pack(folder, manifest, tuple(lessons), tuple(all_faults))


def _lessons_in(folder: Path) -> Sequence[Path]:
    """The lesson files of a pack; none if the folder cannot be read."""
    try:
        return lesson_files(folder)
    except OSError:
        return ()


def installed_packs() -> list[Pack]:
    """Every installed pack, by name."""
    return [open_pack(folder) for folder in pack_folders()]


# -- adding


def install_pack(
    source: Path, *, force: bool = False, trust: bool = False, report_progress: ReportProgress | None = None
) -> Pack:
    """Check the pack at `source`, a folder or a zip, and install it.

    Args:
        source: the path of the folder or zip.
        force: replace an installed pack of the same name.
        trust: accept code exercises even if the sandbox lacks one of its guards on this system.
        report_progress: called with the progress of the check.

    Raises:
        ChainruleError: it has faults, or cannot be written; nothing is installed then.
    """
    try:
        return _install_checked(source, force=force, trust=trust, report_progress=report_progress)
    except PackError as error:
        raise PackError(f"{error}; nothing was installed") from None
    except OSError as error:
        raise ChainruleError(f"the pack cannot be installed: {system_reason(error)}") from None


def _install_checked(source: Path, *, force: bool, trust: bool, report_progress: ReportProgress | None) -> Pack:
    """Write the pack into a folder beside the installed packs, check it there, and rename it if it has no faults."""
    entries = read_entries(source)
    manifest, faults = parse_manifest(Path(MANIFEST_NAME), entries[MANIFEST_NAME])
    if manifest is None:
        raise _fault_error(faults, source)
    target = packs_folder() / manifest.name
    if target.exists() and not force:
        installed, _ = read_manifest(target)
        installed_label = installed.label if installed else manifest.name
        raise PackError(f"{installed_label} is installed already; to replace it by {manifest.label} add --force")
    create_private_folder(packs_folder())
    _delete_leftovers(packs_folder())
    workspace = Path(tempfile.mkdtemp(prefix=UNFINISHED_PREFIX, dir=packs_folder()))
    try:
        unfinished = workspace / manifest.name
        _write_entries(entries, unfinished)
        _check_unpacked(unfinished, source, trust=trust, report_progress=report_progress)
        digests = {lesson.name: digest_of(lesson) for lesson in lesson_files(unfinished)}
        proof = {"program": __version__, "lessons": digests}  # the format that `is_proved` reads
        _publish(unfinished, target, backup=workspace / "before")
        write_file(proof_path(target), json.dumps(proof), force=True)
    finally:
        shutil.rmtree(workspace, ignore_errors=True)
    return open_pack(target)


def _delete_leftovers(folder: Path) -> None:
    """Delete unfinished folders of programs that were stopped while they installed or removed a pack."""
    with contextlib.suppress(OSError):
        for path in folder.glob(f"{UNFINISHED_PREFIX}*"):
            if time.time() - path.lstat().st_mtime > LEFT_OVER_SECONDS:
                shutil.rmtree(path, ignore_errors=True)


def _write_entries(entries: Entries, folder: Path) -> None:
    """Write the files of a pack into a new folder; their names were checked when they were read."""
    folder.mkdir(mode=0o700)
    for name, data in entries.items():
        path = folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)


def _check_unpacked(folder: Path, source: Path, *, trust: bool, report_progress: ReportProgress | None) -> None:
    """Check the pack that was unpacked from `source` into `folder`.

    The guards come first, since checking the lessons runs the code of their exercises.

    Raises:
        PackError: it has faults; or it has code exercises, the sandbox lacks a guard here, and `trust` is not set.
    """
    missing_guards = sorted(set(ALL_GUARDS) - set(active_guards()))
    if missing_guards and not trust and has_code(read_pack_lessons(folder)):
        raise PackError(
            f"this pack has exercises with code of its author, and the sandbox here lacks {', '.join(missing_guards)}; "
            "add --trust if you know where it comes from"
        )
    if faults := pack_faults(folder, report_progress):
        with_relative_paths = [
            LessonFault(_path_within(fault.path, folder), fault.line, fault.message) for fault in faults
        ]
        raise _fault_error(with_relative_paths, source)


def _path_within(path: Path, folder: Path) -> Path:
    """The path of a file relative to the folder of its pack; the pack's name for the folder itself.

    Faults show this path, since the author does not know the temporary folder in which the pack was checked.
    """
    if path != folder and path.is_relative_to(folder):
        return path.relative_to(folder)
    return Path(folder.name)


def _fault_error(faults: Sequence[LessonFault], source: Path) -> PackError:
    """An error with the first fault and, if there are more, how many and how to see them."""
    first, *others = faults
    if not others:
        return PackError(str(first))
    advice = f"chainrule check {show_path(source)} lists them" if source.is_dir() else "its author can mend them"
    return PackError(f"{first} (and {len(others)} more: {advice})")


def _publish(unfinished: Path, target: Path, backup: Path) -> None:
    """Rename a finished pack to `target`; an earlier one there is moved to `backup`, and back if the renaming fails.

    Raises:
        OSError: it cannot be renamed.
    """
    with contextlib.suppress(FileNotFoundError):  # no earlier one
        target.rename(backup)
    try:
        unfinished.rename(target)
    except OSError:
        if backup.exists():
            backup.rename(target)
        raise


# -- removing


def remove_pack(name: str) -> Pack:
    """Remove an installed pack, and return its description.

    The learner's answers stay on record, so the pack's title is kept for their statistics.

    Raises:
        UsageError: no such pack.
        ChainruleError: it cannot be removed.
    """
    pack = open_pack(find_pack(name))
    if pack.folder.parent != packs_folder():
        raise ChainruleError(
            f"the pack {name} is shared by several learners and lies in {show_path(pack.folder)}; "
            "the person who set CHAINRULE_SHARED can remove it there"
        )
    title = pack.manifest.title if pack.manifest is not None else name
    title_by_lesson = {**removed_lessons(), **{id: title for id, _ in pack.lessons}}
    try:
        write_file(packs_folder() / REMOVED_FILE_NAME, json.dumps(title_by_lesson, indent=1), force=True)
        if pack.folder.is_symlink():  # made by hand: the link is removed, not what it leads to
            pack.folder.unlink()
        else:
            workspace = Path(tempfile.mkdtemp(prefix=UNFINISHED_PREFIX, dir=packs_folder()))
            pack.folder.rename(workspace / name)  # at once; deleting its files takes longer and can be interrupted
            shutil.rmtree(workspace, ignore_errors=True)
        proof_path(pack.folder).unlink(missing_ok=True)
    except OSError as error:
        raise ChainruleError(f"the pack {name} cannot be removed: {system_reason(error)}") from None
    return pack


# -- building


def build_pack(folder: Path, target: Path | None = None, *, force: bool = False) -> tuple[Path, Manifest]:
    """Write the pack in `folder`, which the caller has checked, as a zip; return the zip's path and the manifest.

    Raises:
        ChainruleError: something in the folder does not belong in a pack, or the zip cannot be written.
    """
    entries = read_entries(folder)
    manifest, faults = parse_manifest(folder / MANIFEST_NAME, entries[MANIFEST_NAME])
    if manifest is None:
        raise _fault_error(faults, folder)
    path = target or Path(f"{manifest.name}-{manifest.version}.zip")
    with (
        new_file(path, force=force, is_shared=True) as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in sorted(entries):
            info = zipfile.ZipInfo(f"{manifest.name}/{name}", PACKED_AT)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = _FILE_MODE << 16  # the upper half holds the Unix mode
            archive.writestr(info, entries[name])
    return path, manifest
