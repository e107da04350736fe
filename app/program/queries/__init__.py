"""The SQL of the program."""
