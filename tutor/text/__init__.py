"""Text in and out: numbers and sentences written for people, characters, encodings, standard streams."""
