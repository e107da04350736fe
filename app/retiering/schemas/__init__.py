"""The wire of retiering."""
