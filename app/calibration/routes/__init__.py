"""The doors of calibration: the supplier's, and the customer's by invitation."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
