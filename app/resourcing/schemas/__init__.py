"""The wire of resourcing."""
