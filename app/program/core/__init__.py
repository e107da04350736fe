"""The rules of the program."""
