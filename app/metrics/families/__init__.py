"""The families of metrics, in the order in which they can be computed."""

from app.metrics.core.registry import Registry, registry
from app.metrics.families import (
    advocacy,
    attainment,
    commitments,
    concentration,
    cycle,
    engagement,
    expectations,
    novelty,
    observations,
    planning,
    ratings,
    relationships,
    retention,
    rivalry,
    selling,
    size,
    supporters,
    utilization,
    whitespace,
)
from app.metrics.families.family import Family

# Observations come first: the customer's own estimate is part of future spend. What divides by others' figures comes
# after them.
FAMILIES: tuple[Family, ...] = (
    observations.FAMILY,
    selling.FAMILY,
    concentration.FAMILY,
    cycle.FAMILY,
    novelty.FAMILY,
    rivalry.FAMILY,
    retention.FAMILY,
    whitespace.FAMILY,
    relationships.FAMILY,
    engagement.FAMILY,
    advocacy.FAMILY,
    supporters.FAMILY,
    attainment.FAMILY,
    planning.FAMILY,
    commitments.FAMILY,
    utilization.FAMILY,
    expectations.FAMILY,
    size.FAMILY,
    ratings.FAMILY,
)

SHIPPED: Registry = registry(metric for family in FAMILIES for metric in family.metrics)
