"""Packs of lessons: built, added, removed, and refused when hostile."""
