"""Quizzes and the placement test on screen."""
