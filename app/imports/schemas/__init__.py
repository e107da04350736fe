"""The wire of imports: the mapping file."""
