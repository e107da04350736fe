"""The rules of imports: how rows of text become facts, and in which order they are saved."""
