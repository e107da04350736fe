"""SQL of resourcing."""
