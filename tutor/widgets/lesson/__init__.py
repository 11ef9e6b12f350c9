"""A page of a lesson: its blocks one below the other."""
