"""Finds the faults of a lesson: in its text, its values, its blocks, and as a whole."""
