"""Exercises in which a learner writes a function: what they ask, and what is said to an answer."""
