"""Limits this process to the few system calls that computing needs (seccomp, Linux on x86-64 and ARM64).

The filter is a program of the classic Berkeley packet filter over `struct seccomp_data`: see `seccomp(2)`.
"""

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Mapping

_SET_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER_MODE = 38, 22, 2
"""PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP and SECCOMP_MODE_FILTER, for `prctl(2)`."""
_KILL, _ALLOW = 0x8000_0000, 0x7FFF_0000
_REFUSE = 0x0005_0000 | errno.EPERM
"""The values that the filter may return: SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO."""
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _JUMP_IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
"""Codes of instructions: BPF_LD, BPF_JMP with BPF_JEQ, BPF_JGE or BPF_JSET, BPF_RET."""
_CALL_NUMBER, _MACHINE, _THIRD_ARGUMENT = 0, 4, 32
"""Offsets in `struct seccomp_data`."""
_X32_BIT = 0x4000_0000
"""The bit of the 32-bit calls of x86-64, none of which is needed."""
_WRITING_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_MACHINES = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
"""Machine → its AUDIT_ARCH number; the order is that of the columns of `_ALLOWED`."""
_OPENAT = {"x86_64": 257, "aarch64": 56}
"""Machine → the number of the call that opens a file; its third argument has the flags."""
_ALLOWED: Mapping[str, tuple[int | None, int | None]] = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "stat": (4, None),
    "fstat": (5, 80),
    "lstat": (6, None),
    "newfstatat": (262, 79),
    "statx": (332, 291),
    "lseek": (8, 62),
    "pread64": (17, 67),
    "readv": (19, 65),
    "getdents64": (217, 61),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "access": (21, None),
    "faccessat": (269, 48),
    "faccessat2": (439, 439),
    "getcwd": (79, 17),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "futex": (202, 98),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "membarrier": (324, 283),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
    "getrandom": (318, 278),
    "uname": (63, 160),
    "sysinfo": (99, 179),
    "getrusage": (98, 165),
    "times": (100, 153),
    "time": (201, None),
    "gettimeofday": (96, 169),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101),
    "restart_syscall": (219, 128),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
"""Each call with its number on x86-64 and on ARM64. Nothing here makes a process, a thread, a socket or a file."""


def has_seccomp() -> bool:
    """Whether this system supports such a filter."""
    return sys.platform == "linux" and sys.maxsize > 2**32 and platform.machine() in _MACHINES


def forbid_new_privileges() -> None:
    """Prevent this process and its children from gaining privileges, as both restrictions require.

    Raises:
        OSError: the kernel refuses.
    """
    _prctl(_SET_NO_NEW_PRIVS, 1)


def allow_computing_only() -> None:
    """Refuse every system call not in the table above, for the rest of this process's life.

    Files are opened for reading only. A refused call fails with `EPERM`, as if the user had no right to it.

    Raises:
        OSError: the kernel refuses.
    """
    instructions = _build_filter(platform.machine())
    code = ctypes.create_string_buffer(b"".join(instructions))
    program = struct.pack("HP", len(instructions), ctypes.addressof(code))  # a `struct sock_fprog`
    _prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.create_string_buffer(program, len(program)))


def _build_filter(machine: str) -> list[bytes]:
    """Build the filter's instructions: check the machine, then compare with each allowed call."""
    column = list(_MACHINES).index(machine)
    allowed_numbers = [numbers[column] for numbers in _ALLOWED.values()]
    program = [
        _instruction(_LOAD, _MACHINE),
        _instruction(_JUMP_IF_EQUAL, _MACHINES[machine], skip_if_true=1),
        _instruction(_RETURN, _KILL),
        _instruction(_LOAD, _CALL_NUMBER),
        _instruction(_JUMP_IF_AT_LEAST, _X32_BIT, skip_if_false=1),
        _instruction(_RETURN, _KILL),
    ]
    for number in allowed_numbers:
        if number is not None:
            program += [_instruction(_JUMP_IF_EQUAL, number, skip_if_false=1), _instruction(_RETURN, _ALLOW)]
    return [
        *program,
        _instruction(_JUMP_IF_EQUAL, _OPENAT[machine], skip_if_false=3),
        _instruction(_LOAD, _THIRD_ARGUMENT),
        _instruction(_JUMP_IF_ANY_BIT, _WRITING_FLAGS, skip_if_true=1),
        _instruction(_RETURN, _ALLOW),
        _instruction(_RETURN, _REFUSE),
    ]


def _instruction(code: int, value: int, *, skip_if_true: int = 0, skip_if_false: int = 0) -> bytes:
    """A `struct sock_filter`; a jump skips the given number of the instructions that follow."""
    return struct.pack("HBBI", code, skip_if_true, skip_if_false, value)


def _prctl(option: int, *arguments: object) -> None:
    """Call `prctl(2)` of the C library, which takes an option and four arguments, with zeros for those not given.

    Raises:
        OSError: it fails.
    """
    library = ctypes.CDLL(None, use_errno=True)
    four_arguments = (*arguments, 0, 0, 0, 0)[:4]
    as_c_types = [ctypes.c_ulong(item) if isinstance(item, int) else item for item in four_arguments]
    if library.prctl(ctypes.c_int(option), *as_c_types) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
