"""The course in other formats."""
