"""The figures and charts of a record."""
