"""The doors of resourcing."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
