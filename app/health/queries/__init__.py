"""SQL of health."""
