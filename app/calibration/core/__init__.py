"""The rules of calibration. Pure."""
