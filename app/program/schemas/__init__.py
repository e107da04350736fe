"""The wire of the program."""
