"""The record that the program asks and adds to: the store, its file, export and import."""
