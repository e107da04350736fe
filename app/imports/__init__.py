"""Imports: exports of other systems as CSV files become facts, as a mapping file says."""
