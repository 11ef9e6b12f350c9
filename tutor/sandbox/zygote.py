"""Forks a process with NumPy loaded for each learner's code, so that a verdict takes milliseconds.

It waits at a socket. `fork SECONDS MEGABYTES` comes with two pipes and is answered with the number of the new process;
`wait NUMBER` is answered with how that process ended.
"""

import ctypes
import os
import signal
import socket
import sys

from tutor.sandbox.child import serve
from tutor.sandbox.guards import restrict_files

_DIE_WITH_PARENT = 1
_MAX_MESSAGE = 200


def main(number: str) -> None:
    """Answer requests on the socket with this file number until the other end closes it."""
    import numpy.fft
    import numpy.linalg
    import numpy.polynomial
    import numpy.random  # noqa: F401

    restrict_files()
    with socket.socket(fileno=int(number)) as channel:
        while True:
            message, files, _, _ = socket.recv_fds(channel, _MAX_MESSAGE, 2)
            if not message:
                return
            channel.sendall(b"%d\n" % _obey(message.decode("ascii").split(), files, channel))


def _obey(words: list[str], files: list[int], channel: socket.socket) -> int:
    """Wait for a process, or fork one; returns the status of the first, the number of the second."""
    if words[0] == "wait":
        return os.waitpid(int(words[1]), 0)[1]
    child = os.fork()
    if child:
        for file in files:
            os.close(file)
        return child
    try:
        channel.close()
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
        serve(files[0], files[1], float(words[1]), int(words[2]))
    finally:
        os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
