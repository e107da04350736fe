"""The doors of planning."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
