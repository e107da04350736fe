"""The rules of resourcing. Pure."""
