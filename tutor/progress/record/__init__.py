"""The record in its file: tables, attempts, queries, export and import."""
