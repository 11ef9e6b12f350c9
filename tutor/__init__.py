"""Chainrule: a course on neural networks that runs in a terminal."""

import os

__version__ = "0.1.0"

for _library in ("OPENBLAS", "MKL", "OMP"):
    # The matrices of the course are so small that several threads would only wait for each other. NumPy's libraries
    # read these variables when they are loaded, so they are set here, before anything imports NumPy.
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
