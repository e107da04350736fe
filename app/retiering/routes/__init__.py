"""The doors of retiering."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
