"""The doors of health."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
