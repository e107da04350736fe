"""The use cases of resourcing."""
