"""Gathers every capability's rows, so that migrations see them all."""

import app.accounts.tables
import app.calibration.tables
import app.crm.tables
import app.events.tables
import app.health.tables
import app.jobs.tables
import app.planning.tables
import app.program.tables
import app.resourcing.tables
import app.retiering.tables
import app.selection.tables
import app.tenancy.tables  # noqa: F401  # imported for the rows they declare
from app.infra.rows import metadata

__all__ = ["metadata"]
