"""The rules of retiering. Pure."""
