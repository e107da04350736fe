"""SQL of retiering."""
