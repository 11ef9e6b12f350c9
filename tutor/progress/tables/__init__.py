"""What a record holds and where: its columns and what became of an attempt, its schema, how its file is opened."""
