"""The doors of events and of the webhooks that tell them, in the order in which their document is read."""

from app.events.routes.deliveries import router as deliveries
from app.events.routes.endpoint_work import router as endpoint_work
from app.events.routes.endpoints import router as endpoints
from app.events.routes.events import router as events

ROUTERS = (events, endpoints, endpoint_work, deliveries)
