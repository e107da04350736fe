"""The doors of CRMs, in the order in which their document is read."""

from app.crm.routes.connection_work import router as connection_work
from app.crm.routes.connections import router as connections
from app.crm.routes.connectors import router as connectors
from app.crm.routes.events import router as events
from app.crm.routes.records import router as records
from app.crm.routes.syncs import router as syncs
from app.crm.routes.webhooks import router as webhooks
from app.crm.routes.write_backs import router as write_backs

ROUTERS = (connectors, connections, connection_work, syncs, events, records, write_backs, webhooks)
