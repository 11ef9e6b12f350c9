"""The kinds of question, one file each, and the table that lists them."""
