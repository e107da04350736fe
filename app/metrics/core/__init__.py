"""What a metric is, and the arithmetic of metrics; pure."""
