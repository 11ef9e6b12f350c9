"""Denies this process access to all files except some that it may read (Landlock, Linux 5.13 and later).

The three system calls have no wrapper in the C library: see `landlock(7)` of the kernel's manual.
"""

import ctypes
import os
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""Numbers of the system calls."""
_VERSION_FLAG = 1
"""LANDLOCK_CREATE_RULESET_VERSION: asks for the version instead of a ruleset."""
_PATH_BENEATH = 1
"""LANDLOCK_RULE_PATH_BENEATH: the rule is about what lies beneath a path."""

_RUN, _WRITE_FILE, _READ_FILE, _READ_FOLDER = (1 << bit for bit in range(4))
_TRUNCATE, _TRUNCATE_SINCE = 1 << 14, 3
"""The right to truncate a file, and the first version of the interface that has it."""
_FILE_RIGHTS_BY_VERSION = {1: 13, 2: 14, 3: 15, 5: 16}
"""Version of the kernel's interface → how many rights over files it knows; each right is a bit, from bit 0 on."""
_TCP_RIGHTS = 0b11
"""Bind and connect, known from `_TCP_SINCE` on."""
_TCP_SINCE, _SCOPES_SINCE = 4, 6
"""The first versions of the interface with rights over TCP, and with scopes."""
_SCOPES = 0b11
"""Abstract sockets and signals of other processes, known from `_SCOPES_SINCE` on."""


class _Ruleset(ctypes.Structure):
    """`struct landlock_ruleset_attr`: the rights that are refused unless a rule grants them."""

    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathRule(ctypes.Structure):
    """`struct landlock_path_beneath_attr`: the rights over what lies beneath an open folder."""

    _pack_ = 1  # the kernel's struct has no padding
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


@cache
def landlock_version() -> int:
    """Return the version of the kernel's Landlock interface; 0 where there is none."""
    if sys.platform != "linux":
        return 0
    library = ctypes.CDLL(None, use_errno=True)
    return max(0, int(library.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_FLAG))))


def allow_reading_only(folders: Iterable[Path], files: Iterable[Path], names_only: Iterable[Path]) -> None:
    """Restrict this process for the rest of its life to reading `files` and what is below `folders`.

    It may also list the folders at and below `names_only`, but write nothing.

    Call `seccomp.forbid_new_privileges` before this, or the kernel refuses.

    Raises:
        OSError: the kernel refuses.
    """
    _restrict_to(
        [
            *((path, _READ_FILE | _READ_FOLDER) for path in folders),
            *((path, _READ_FILE) for path in files),
            *((path, _READ_FOLDER) for path in names_only),
        ]
    )


def allow_own_folders_only(
    readable: Iterable[Path], writable: Iterable[Path], names_only: Iterable[Path], devices: Iterable[Path]
) -> None:
    """Restrict this process and all that it starts, for the rest of their lives, to few files and no connections.

    They may read and run what is below `readable`, do anything with what is below `writable`, list the folders at and
    below `names_only`, and open `devices` for reading and writing. TCP connections are refused from version 4 of
    Landlock on.

    Call `seccomp.forbid_new_privileges` before this, or the kernel refuses.

    Raises:
        OSError: the kernel refuses.
    """
    # The kernel refuses a rule about a file that has rights over folders.
    run_rights = {path: _RUN | _READ_FILE | (_READ_FOLDER if path.is_dir() else 0) for path in readable}
    device_rights = _READ_FILE | _WRITE_FILE | (_TRUNCATE if landlock_version() >= _TRUNCATE_SINCE else 0)
    _restrict_to(
        [
            *run_rights.items(),
            *((path, _every_file_right()) for path in writable),
            *((path, _READ_FOLDER) for path in names_only),
            *((path, device_rights) for path in devices),
        ]
    )


def _every_file_right() -> int:
    """All rights over files that this kernel knows, as a bit mask."""
    version = landlock_version()
    right_count = max(count for since, count in _FILE_RIGHTS_BY_VERSION.items() if since <= version)
    return (1 << right_count) - 1


def _restrict_to(allowed: Iterable[tuple[Path, int]]) -> None:
    """Leave this process the given rights (a bit mask) over what is at and below each path, and none elsewhere."""
    version = landlock_version()
    has_tcp, has_scopes = version >= _TCP_SINCE, version >= _SCOPES_SINCE
    handled_rights = _Ruleset(_every_file_right(), _TCP_RIGHTS if has_tcp else 0, _SCOPES if has_scopes else 0)
    known_field_count = 1 + has_tcp + has_scopes
    known_bytes = 8 * known_field_count  # a kernel refuses fields that it does not know
    ruleset = _call(
        _CREATE_RULESET, ctypes.byref(handled_rights), ctypes.c_size_t(known_bytes), ctypes.c_uint32(0)
    )  # a file descriptor
    for path, rights in allowed:
        _add_rule(ruleset, path, rights)
    _call(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    os.close(ruleset)


def _add_rule(ruleset: int, path: Path, rights: int) -> None:
    """Grant `rights` over what lies beneath `path`; does nothing if `path` does not exist."""
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        rule = _PathRule(rights, descriptor)
        _call(_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(_PATH_BENEATH), ctypes.byref(rule), ctypes.c_uint32(0))
    finally:
        os.close(descriptor)


def _call(call_number: int, *arguments: object) -> int:
    """The result of the system call with this number.

    Raises:
        OSError: it fails.
    """
    library = ctypes.CDLL(None, use_errno=True)
    result = int(library.syscall(call_number, *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
