"""The models that ship with the product, as they are for an organization."""

from app.selection.core.default_model import default_model
from app.selection.core.model import SelectionModel
from app.selection.core.two_axis_model import two_axis_model
from app.tenancy.core.organization import Organization


def shipped(organization: Organization) -> SelectionModel:
    """The model that organizations score with unless they choose another; their revenue threshold is its gate."""
    return default_model(_threshold(organization))


def two_axis(organization: Organization) -> SelectionModel:
    """The second one, to be copied; the threshold is the least revenue that stands among its tiers."""
    return two_axis_model(_threshold(organization))


def _threshold(organization: Organization) -> float | None:
    threshold = organization.key_account_revenue_threshold
    return None if threshold is None else float(threshold)
