"""The pages of a lesson and their blocks."""
