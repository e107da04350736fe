"""The wire of calibration."""
