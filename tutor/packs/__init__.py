"""Packs of lessons: read safely, checked, installed and removed."""
