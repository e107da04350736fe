"""The use cases of calibration."""
