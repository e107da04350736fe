"""Journeys have workers at work, who see to every connection that there is."""

import pytest


@pytest.fixture(autouse=True)
def _alone(no_crm_of_before):
    """Only the connections of the journey itself lead anywhere."""
