"""SQL of calibration."""
