"""Makes the application: its routers, its edge, and the resources of the process."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

import app.tables  # noqa: F401  # who merges accounts finds in them every row that refers to one
from app.accounts.routes import router as accounts
from app.calibration.routes import ROUTERS as CALIBRATION
from app.cards.routes import ROUTERS as CARDS
from app.cards.service.links import Links
from app.console.routes import ROUTERS as CONSOLE
from app.crm.client.reach import reach
from app.crm.routes import ROUTERS as CRM
from app.crm.routes.webhooks import counters, inlets
from app.crm.service.connecting import Setup
from app.crm.service.intake import EVENTS_COUNTED, Intake
from app.events.routes import ROUTERS as EVENTS
from app.events.schemas import documented
from app.events.service.endpoints import Setup as WebhookSetup
from app.health.routes import ROUTERS as HEALTH
from app.health.routes import at_once as health_at_once
from app.infra import at_once, edge, migrate, probes, signposts, straight
from app.infra.db import Database, opened_for, refuse_bypassing_role
from app.infra.figures import pool_state
from app.infra.guard import GuardLimits
from app.infra.rate_limits import RateLimiter, parse_limit
from app.infra.sealing import KeyRing, key_ring
from app.infra.settings import Settings
from app.jobs.routes import router as jobs
from app.metrics.routes import router as metrics
from app.planning.routes import ROUTERS as PLANNING
from app.program.routes import ROUTERS as PROGRAM
from app.resourcing.routes import ROUTERS as RESOURCING
from app.retiering.routes import ROUTERS as RETIERING
from app.selection.routes import ROUTERS as SELECTION
from app.selection.routes import at_once as scoring_at_once
from app.selection.service import scoring
from app.tenancy.deps import Doorkeeper
from app.tenancy.routes import router as tenancy

ROUTERS = (
    tenancy,
    accounts,
    metrics,
    *SELECTION,
    *HEALTH,
    *PLANNING,
    *CALIBRATION,
    *PROGRAM,
    *RETIERING,
    *RESOURCING,
    *CRM,
    *CARDS,
    *EVENTS,
    jobs,
    *CONSOLE,
)

# What CRMs deliver is of many media types.
DELIVERIES = "/v1/crm/webhooks/"

# The edge counts, times and traces; FastAPI would ask at every request whether somebody else wants to.
NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}


def create_app(settings: Settings, url: str) -> FastAPI:
    """The service on the database at `url`; nothing is opened before it starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[Mapping[str, Sequence[at_once.Counters]]]:
        keys = key_ring(settings)
        database = await opened_for(settings, url, reads_apart=True)
        try:
            await refuse_bypassing_role(database)
        except BaseException:
            await database.close()
            raise
        _furnish(app, settings, database, keys)
        try:
            async with reach(database, settings, keys, app.state.metrics) as app.state.crm_reach:
                yield {at_once.COUNTERS: _counters(app, limits)}
        finally:
            await database.close()

    app = FastAPI(
        title="Key Account Program API",
        version=version("key-account-program"),
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=NO_TELEMETRY,
    )
    limits = GuardLimits(
        body_bytes=settings.body_limit_bytes,
        body_seconds=settings.body_deadline_seconds,
        any_media_under=(DELIVERIES,),
    )
    guarded = edge.install(app, limits=limits), limits
    app.state.webhooks = documented.told
    probes.install(app)
    posts = signposts.include(app, ROUTERS)
    straight.lead(app, straight.Straight(DELIVERIES, inlets(), posts, guarded))
    return app


def _counters(app: FastAPI, limits: GuardLimits) -> tuple[at_once.Counters, ...]:
    state, metrics = app.state, app.state.metrics
    return (
        counters(state.intake, metrics, limits),
        scoring_at_once.counters(state.doorkeeper, metrics, limits),
        health_at_once.counters(state.doorkeeper, metrics, limits),
    )


def _furnish(app: FastAPI, settings: Settings, database: Database, keys: KeyRing) -> None:
    """Give the application what its routes share for the life of the process."""
    app.state.doorkeeper = Doorkeeper(
        database,
        RateLimiter(parse_limit(settings.rate_limit)),
        RateLimiter(parse_limit(settings.bad_key_limit), name="bad-keys"),
    )
    app.state.metrics.counter(*EVENTS_COUNTED)
    app.state.metrics.watch_pool(lambda: pool_state(database))
    app.state.revision = migrate.newest()
    app.state.newest_scores = scoring.newest(database)
    app.state.stopping = asyncio.Event()
    app.state.crm_setup = Setup(keys, settings.public_url, settings.loopback_crms)
    app.state.card_links = Links(keys, settings.public_url)
    app.state.webhook_setup = WebhookSetup(keys, settings.loopback_webhooks)
    app.state.intake = Intake(database, keys, settings.public_url, app.state.metrics)
