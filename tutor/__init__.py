"""Chainrule: a course on neural networks that runs in a terminal."""

__version__ = "0.1.0"
