"""The compiled training loop as a file: which compiler makes it, where it is kept, when it may be used.

`loop.c` is compiled once for this machine, in a background process. The compiled loop is used from the next start of
the program on, so that no run changes from NumPy's arithmetic to the compiled one midway. The compiler comes with the
extra `fast`, or is named in `CHAINRULE_CC`; without a compiler, NumPy does the training.
"""

import os
import platform
import shutil
import sys
from functools import lru_cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from time import time

from tutor.cache import cache_folder
from tutor.errors import ChainruleError
from tutor.files import create_private_folder

SOURCE = Path(__file__).with_name("loop.c")
VARIABLE = "CHAINRULE_CC"
"""The environment variable that names a compiler to be used instead of the extra's."""
NO_COMPILER = frozenset(("none", "off", "0"))
"""The values of the variable that switch the compiled loop off."""
BUILD_SECONDS = 300
"""How long a build may take; after that another one may begin."""

_builders: list[object] = []
"""The running builds: `subprocess` warns when a `Popen` object is thrown away before its process has ended."""


def find_compiler() -> list[str]:
    """The command that compiles C: `CHAINRULE_CC`, else Zig, which the extra `fast` installs; empty without both."""
    named_compiler = os.environ.get(VARIABLE, "").strip()
    if named_compiler.lower() in NO_COMPILER:
        return []
    if named_compiler:
        program = shutil.which(named_compiler)
        return [program] if program else []
    return [sys.executable, "-m", "ziglang", "cc"] if find_spec("ziglang") else []


def compiler_flags(command: list[str]) -> list[str]:
    """The compiler's flags: fast code for this processor in which no sum is reordered, so no `-ffast-math`."""
    flags = [
        "-std=gnu11",
        "-O3",
        "-ffp-contract=fast",  # a product and a sum may be one instruction
        "-fno-math-errno",  # `errno` is never read
        "-fno-trapping-math",  # nothing handles floating-point traps
        "-Wno-psabi",  # no warnings about the vectors that functions take
        "-shared",
    ]
    if sys.platform != "win32":
        flags.append("-fPIC")
    is_x86 = platform.machine().lower() in {"x86_64", "amd64"}
    if is_x86 and "ziglang" not in command:  # Zig compiles for this very processor anyway
        flags.append("-march=native")
    return flags


def library_path(command: list[str]) -> Path | None:
    """The file of the loop compiled by `command`, whether it exists or not; `None` without a cache folder.

    Its name has a hash of the source, the command line of the compiler and the processor. The compiler's version is not
    part of it: after an update of the compiler, the library that is there is still used.
    """
    folder = cache_folder("compiled")
    if folder is None:
        return None
    dependencies = [SOURCE.read_bytes(), repr((command, compiler_flags(command))).encode(), _processor()]
    return folder / f"loop-{sha256(b'/'.join(dependencies)).hexdigest()[:20]}{_suffix()}"


def _suffix() -> str:
    """The suffix of a shared library on this platform."""
    return {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")


def _processor() -> bytes:
    """An identifier of this processor, since compiled code might not run on another one."""
    identifier = f"{platform.node()} {platform.machine()} {platform.processor()}".encode()
    try:
        with Path("/proc/cpuinfo").open("rb") as file:
            lines = file.read(8192).split(b"\n")  # enough for the first core; the others are like it
    except OSError:  # not Linux
        return identifier
    model_lines = [line for line in lines if line.startswith((b"model name", b"flags", b"Features"))]
    return identifier + b"".join(model_lines)


@lru_cache(maxsize=1)
def find_usable_library() -> Path | None:
    """The file of the compiled loop, or `None` if there was none at the first call; cached for the whole process."""
    command = find_compiler()
    path = library_path(command) if command else None
    return path if path is not None and path.is_file() else None


def describe_loop() -> str:
    """Describe in one line what does the training here, NumPy or the compiled loop, and how to get the latter."""
    named_compiler = os.environ.get(VARIABLE, "").strip()
    command = find_compiler()
    if not command:
        if not named_compiler:
            return "NumPy; pip install 'chainrule[fast]' compiles it"
        is_switched_off = named_compiler.lower() in NO_COMPILER
        return "NumPy" if is_switched_off else f"NumPy: {VARIABLE} names no program here"
    path = library_path(command)
    if path is None:
        return "NumPy: there is no folder to keep a compiled loop in"
    if path.is_file():
        return f"compiled, by {' '.join(command[-2:])}"  # "ziglang cc", or the program of `CHAINRULE_CC`
    failure_file = _failure_path(path)
    if failure_file.is_file():
        return f"NumPy: {failure_file.read_text('utf-8').strip()}"
    return "NumPy now; compiled once the playground has been opened"


def _failure_path(library: Path) -> Path:
    """The file beside the library's in which a build that failed says why."""
    return library.with_suffix(".failed")


def request_library() -> None:
    """Start a process that compiles the loop, if there is a compiler and it has not been tried yet."""
    command = find_compiler()
    path = library_path(command) if command else None
    if path is None or path.is_file() or _failure_path(path).is_file():
        return
    if not _claim_build(path):
        return
    import subprocess  # here, since loading it takes a while and most calls end above

    build_command = [sys.executable, "-m", "tutor.sims.playground.build", str(path)]
    no_stream = subprocess.DEVNULL
    try:
        _builders.append(
            subprocess.Popen(
                build_command,
                stdin=no_stream,
                stdout=no_stream,
                stderr=no_stream,
                start_new_session=True,  # goes on when the program ends
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # for Windows
            )
        )
    except OSError:
        return


def _claim_build(path: Path) -> bool:
    """Claim the build of `path` for this process, by a folder beside it; False if another process is building it.

    The claim is a folder, since creating a folder fails if it exists. The build removes its claim at the end; if a
    build was killed, its claim is removed here after `BUILD_SECONDS`.
    """
    claim = path.with_suffix(".building")
    try:
        create_private_folder(path.parent)
        if claim.is_dir() and time() - claim.stat().st_mtime > BUILD_SECONDS:
            claim.rmdir()
        claim.mkdir()
    except (OSError, ChainruleError):
        return False
    return True
