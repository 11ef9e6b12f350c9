"""Exercises in which a learner writes a function: what they ask, and how an answer is checked."""
