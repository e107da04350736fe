"""The doors of cards."""

from app.cards.routes.cards import router as cards
from app.cards.routes.hubspot import router as hubspot

ROUTERS = (cards, hubspot)
