"""Lessons: found, read and checked. No screen in here."""
