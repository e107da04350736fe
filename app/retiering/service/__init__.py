"""The use cases of retiering."""
