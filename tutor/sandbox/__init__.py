"""Runs code that a learner wrote, behind walls of the operating system."""
