"""Ways out of the sandbox, each of which ends as it must, with nothing touched outside."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tutor.sandbox.sandbox import CodeStoppedError, Launcher, OutOfTimeError, code_process, make_launcher
from tutor.sandbox.values import decode

SYS = "import enum\nsys = enum.sys\nmodules = sys.modules\nos = modules['os']\n"
"""How any module leads to `sys`, and `sys` to all that is loaded: a wall inside Python holds nobody."""
LIBC = SYS + "import numpy.ctypeslib\nctypes = modules['ctypes']\nlibc = ctypes.CDLL(None, use_errno=True)\n"
REFUSED = {"PermissionError", "BlockingIOError", "RuntimeError", "OSError", "ModuleNotFoundError", "ImportError"}


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    launcher = make_launcher()
    yield launcher
    launcher.close()


def outcome(launcher: Launcher, source: str, patience: float = 10, megabytes: int = 600) -> str:
    """What a function `f()` of `source` returns, or the type of what stopped it."""
    with code_process(launcher, 5, megabytes) as running:
        try:
            reply = running.ask({"source": source}, patience)
            if "error" not in reply:
                reply = running.ask({"function": "f"}, patience)
        except CodeStoppedError as stopped:
            return type(stopped).__name__
    return str(reply["error"]["type"]) if "error" in reply else repr(decode(reply["value"]))


def body(text: str, head: str = SYS) -> str:
    """A file with `f`, whose body is `text`."""
    return head + "def f():\n" + "".join(f"    {line}\n" for line in text.split("\n"))


READS = {
    "by open": ("return open({path!r}).read()", ""),
    "by io.open": ("return modules['io'].open({path!r}).read()", SYS),
    "by os.open": ("return os.read(os.open({path!r}, os.O_RDONLY), 100)", SYS),
    "by pathlib": ("import pathlib\nreturn pathlib.Path({path!r}).read_text()", ""),
    "by numpy.load": ("import numpy as np\nreturn str(np.load({path!r}, allow_pickle=True))", ""),
    "by numpy.fromfile": ("import numpy as np\nreturn np.fromfile({path!r}, dtype='u1').tobytes()", ""),
    "by numpy.memmap": ("import numpy as np\nreturn np.memmap({path!r}, dtype='u1', mode='r').tobytes()", ""),
    "by numpy.genfromtxt": ("import numpy as np\nreturn str(np.genfromtxt({path!r}, dtype=str))", ""),
    "by a file of codecs": ("return modules['codecs'].open({path!r}).read()", SYS),
    "by linecache": ("import numpy.testing\nreturn modules['linecache'].getlines({path!r})[0]", SYS),
    "by a loader of modules": (
        "return modules['_frozen_importlib_external'].SourceFileLoader('x', {path!r}).get_data({path!r})",
        SYS,
    ),
    "by ctypes": (
        "handle = libc.open({path!r}.encode(), 0)\nif handle < 0: raise PermissionError\nreturn os.read(handle, 100)",
        LIBC,
    ),
    "through the file system of processes": ("return os.read(os.open('/proc/self/environ', 0), 100)", SYS),
    "by the memory of the parent": ("return os.read(os.open(f'/proc/{{os.getppid()}}/mem', 0), 100)", SYS),
}


@pytest.mark.parametrize("way", READS)
def test_a_file_of_the_learner_is_not_read(launcher: Launcher, tmp_path: Path, way: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret")
    text, head = READS[way]
    found = outcome(launcher, body(text.format(path=str(secret)), head))
    assert found in REFUSED | {"IndexError", "FileNotFoundError"}


WRITES = {
    "a new file": "os.close(os.open({folder!r} + '/new', os.O_CREAT | os.O_WRONLY))",
    "an old file": "os.write(os.open({path!r}, os.O_WRONLY), b'x')",
    "an old file, cut off": "os.truncate({path!r}, 0)",
    "a file opened to append": "modules['io'].open({path!r}, 'a').write('x')",
    "a file by NumPy": "import numpy as np\nnp.save({folder!r} + '/new', np.zeros(3))",
    "a name": "os.rename({path!r}, {path!r} + '2')",
    "a name deleted": "os.unlink({path!r})",
    "a folder": "os.mkdir({folder!r} + '/new')",
    "a folder deleted": "os.rmdir({folder!r} + '/empty')",
    "a link": "os.symlink({path!r}, {folder!r} + '/new')",
    "a hard link": "os.link({path!r}, {folder!r} + '/new')",
    "a pipe": "os.mkfifo({folder!r} + '/new')",
    "permissions": "os.chmod({path!r}, 0o777)",
    "an owner": "os.chown({path!r}, 1, 1)",
    "a date": "os.utime({path!r}, (1, 1))",
    "an extended attribute": "os.setxattr({path!r}, b'user.x', b'1')",
    "the working folder": "os.chdir({folder!r})",
    "the root": "os.chroot({folder!r})",
    "a file without a name": "os.open({folder!r}, os.O_TMPFILE | os.O_RDWR)",
    "a file in memory": "os.memfd_create('x')",
}


@pytest.mark.parametrize("way", WRITES)
def test_nothing_is_written_outside(launcher: Launcher, tmp_path: Path, way: str) -> None:
    path, empty = tmp_path / "mine.txt", tmp_path / "empty"
    path.write_text("mine")
    empty.mkdir()
    before = {item.name: (item.stat().st_mode, item.stat().st_mtime_ns) for item in tmp_path.iterdir()}
    found = outcome(launcher, body(WRITES[way].format(path=str(path), folder=str(tmp_path))))
    assert found in REFUSED, found
    assert {item.name: (item.stat().st_mode, item.stat().st_mtime_ns) for item in tmp_path.iterdir()} == before
    assert path.read_text() == "mine"


CALLS = {
    "a fork": "os.fork()",
    "a program by execv": "os.execv('/bin/sh', ['sh'])",
    "a program by posix_spawn": "os.posix_spawn('/bin/sh', ['sh'], {})",
    "a program by subprocess": "import numpy.testing\nmodules['subprocess'].run(['/bin/true'])",
    "a thread": "modules['_thread'].start_new_thread(print, ())",
    "a socket of the internet": "import _socket\n_socket.socket(2, 1)",
    "a signal to the parent": "os.kill(os.getppid(), 9)",
    "a signal to the group": "os.killpg(0, 9)",
    "a signal to everyone": "os.kill(-1, 9)",
    "a session of its own": "os.setsid()",
    "another user": "os.setuid(1)",
    "a priority": "os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)",
    "a file descriptor of another process": "os.pidfd_open(os.getppid())",
    "a pipe": "os.pipe()",
    "an event": "os.eventfd(0)",
    "a terminal": "os.openpty()",
    "a device": "os.mknod('/tmp/device', 0o20666, 259)",
}


@pytest.mark.parametrize("way", CALLS)
def test_a_call_that_reaches_outside_is_refused(launcher: Launcher, way: str) -> None:
    assert outcome(launcher, body(CALLS[way])) in REFUSED


SYSTEM_CALLS = {
    "socket of the internet": "socket(2, 1, 0)",
    "socket of datagrams": "socket(2, 2, 0)",
    "socket of IPv6": "socket(10, 1, 0)",
    "socket of the file system": "socket(1, 1, 0)",
    "socket of the kernel": "socket(16, 3, 0)",
    "socket of packets": "socket(17, 3, 0)",
    "pair of sockets": "socketpair(1, 1, 0, (ctypes.c_int * 2)())",
    "tracing": "ptrace(16, os.getppid(), 0, 0)",
    "the memory of another process": "process_vm_readv(os.getppid(), 0, 0, 0, 0, 0)",
    "a new name space": "unshare(0x20000)",
    "mounting": "mount(b'none', b'/tmp', b'tmpfs', 0, 0)",
    "limits of another process": "prlimit(os.getppid(), 0, 0, 0)",
    "its own limits": "setrlimit(0, (ctypes.c_ulong * 2)(100, 100))",
    "its own rights": "prctl(8, 1, 0, 0, 0)",
    "the clock": "settimeofday((ctypes.c_long * 2)(0, 0), 0)",
    "the name of the machine": "sethostname(b'x', 1)",
    "a timer": "alarm(100) or libc.setitimer(0, (ctypes.c_long * 4)(0, 1, 0, 1), 0)",
    "a log of the kernel": "klogctl(2, ctypes.create_string_buffer(9), 8)",
}


@pytest.mark.parametrize("call", SYSTEM_CALLS)
def test_a_system_call_past_python_is_refused(launcher: Launcher, call: str) -> None:
    """By `ctypes`, which NumPy brings along."""
    found = outcome(launcher, body(f"return [libc.{SYSTEM_CALLS[call]}, ctypes.get_errno()]", LIBC))
    assert found in {"[-1, 1]", "[-1, 38]"} or found in REFUSED, found


def test_the_environment_is_empty(launcher: Launcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", "secret")
    assert outcome(launcher, body("return dict(os.environ)")) == "{}"


@pytest.mark.parametrize("name", ["os", "sys", "subprocess", "socket", "ctypes", "tutor", "textual", "pickle", "io"])
def test_only_what_computes_is_imported(launcher: Launcher, name: str) -> None:
    assert outcome(launcher, f"import {name}\ndef f(): return 1") == "ImportError"


@pytest.mark.parametrize("name", ["numpy", "numpy.linalg", "math", "itertools", "functools", "collections", "random"])
def test_what_computes_is_imported(launcher: Launcher, name: str) -> None:
    assert outcome(launcher, f"import {name}\ndef f(): return 1") == "1"


ABUSES = {
    "an endless loop": ("while True: pass", {"OutOfTimeError"}),
    "an endless loop that catches all": (
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        {"OutOfTimeError"},
    ),
    "memory": ("return len(bytearray(10**12))", {"MemoryError"}),
    "an array": ("import numpy as np\nreturn np.ones(10**11).sum()", {"MemoryError"}),
    "a list that grows": ("a = []\nwhile True: a.append(bytearray(10**7))", {"MemoryError"}),
    "recursion": ("return f()", {"RecursionError"}),
    "recursion without a limit": (
        "sys.setrecursionlimit(10**9)\ndef g(x): return [g(y) for y in [x]]\nreturn g(1)",
        # Whichever ends first: memory, time or the stack. CPython reports a frame without memory as a SystemError.
        {"RecursionError", "CodeStoppedError", "MemoryError", "OutOfTimeError", "SystemError"},
    ),
    "an exit": ("raise SystemExit(0)", {"SystemExit"}),
    "an exit of the process": ("os._exit(0)", {"CodeStoppedError"}),
    "an abort": ("os.abort()", {"CodeStoppedError"}),
    "an interrupt": ("raise KeyboardInterrupt", {"KeyboardInterrupt"}),
    "a broken pointer": ("import numpy.ctypeslib\nmodules['ctypes'].string_at(1)", {"CodeStoppedError"}),
    "endless printing": ("while True: print('x' * 1000)", {"OutOfTimeError"}),
    "a large number": ("return 10 ** 10 ** 8", {"OutOfTimeError"}),
    "an exception that cannot be told": (
        "class E(Exception):\n    def __str__(self): raise self\nraise E()",
        {"E"},
    ),
    "its standard output": ("os.write(1, b'{}')\nreturn 1", {"1"}),
    "the pipe of its answers": (
        "for number in range(3, 12):\n    try: os.write(number, b'{\"value\": 1}\\n')\n    except OSError: pass",
        {"CodeStoppedError"},
    ),
    "sleep": ("modules['time'].sleep(60)", {"OutOfTimeError"}),
    "closed files": ("os.closerange(0, 64)\nreturn 1", {"CodeStoppedError"}),
    "frames of the caller": (
        "frame, names = sys._getframe(), []\nwhile frame:\n    names += frame.f_locals\n    frame = frame.f_back\n"
        "return 'expected' in names",
        {"False"},
    ),
    "the checker": ("return sorted(name for name in modules if name.startswith('tutor.exercises'))", {"[]"}),
}


@pytest.mark.parametrize("abuse", ABUSES)
def test_an_abuse_ends_as_it_must(launcher: Launcher, abuse: str) -> None:
    text, ends = ABUSES[abuse]
    patience, megabytes = (0.5 if ends == {"OutOfTimeError"} else 10), (200 if "recursion" in abuse else 600)
    assert outcome(launcher, body(text), patience, megabytes) in ends


def test_after_all_that_the_next_code_runs(launcher: Launcher) -> None:
    assert outcome(launcher, body("os._exit(1)")) == "CodeStoppedError"
    assert outcome(launcher, "def f(): return 7") == "7"


def test_the_server_that_listens_is_not_reached(launcher: Launcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        found = outcome(launcher, body(f"import _socket\n_socket.socket().connect(('127.0.0.1', {port}))"))
        assert found in REFUSED
        with pytest.raises(TimeoutError):
            server.accept()


def test_no_process_is_left_behind(launcher: Launcher) -> None:
    running = code_process(launcher, 1)
    with running as open_session:
        number = open_session._process.pid
        with pytest.raises(OutOfTimeError):
            open_session.ask({"source": "while True: pass"}, 0.3)
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_processor_time_ends_where_nobody_waits(launcher: Launcher) -> None:
    with code_process(launcher, 1) as running, pytest.raises(OutOfTimeError, match="processor time"):
        running.ask({"source": "while True: pass"}, 20)
