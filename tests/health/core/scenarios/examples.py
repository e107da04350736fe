"""Accounts of the tests of scenarios: deals and people in a few words."""

from datetime import date, timedelta
from uuid import UUID

from app.health.core.scenarios.facts import Deal, Facts, Person

DAY = date(2026, 6, 30)
PLANT, OFFICE = UUID(int=1), UUID(int=2)
ADA, BEN = UUID(int=11), UUID(int=12)
DRIVES, SERVICE = UUID(int=21), UUID(int=22)


def a_deal(number, status, worth, days_ago=100, *, center=PLANT, contact=ADA, offering=DRIVES, **fields):
    created = DAY - timedelta(days=800)
    given = {
        "opportunity_id": UUID(int=1000 + number),
        "name": f"Deal {number}",
        "status": status,
        "worth": worth,
        "price": worth if status == "open" else None,
        "expected": worth if status == "open" else None,
        "offering_id": offering,
        "buying_center_id": center,
        "contact_id": contact,
        "created_on": created,
        "closed_on": None if status == "open" else DAY - timedelta(days=days_ago),
        "began_on": created,
        "sole_sourced": None,
        "competitor": False,
        "plans_revenue": True,
        "plans_margin": False,
    }
    return Deal(**{**given, **fields})


def a_person(contact_id, stance="advocate", seniority="vp", *, center=PLANT, met_days_ago=10, **fields):
    met = None if met_days_ago is None else DAY - timedelta(days=met_days_ago)
    given = {
        "contact_id": contact_id,
        "name": "Somebody",
        "own": True,
        "seniority": seniority,
        "stance": stance,
        "active": True,
        "buying_center_id": center,
        "first_met_on": met,
        "last_met_on": met,
    }
    return Person(**{**given, **fields})


def facts(*deals, people=(), centers=(PLANT, OFFICE)):
    return Facts(DAY, list(deals), list(people), {center: f"Center {center.int}" for center in centers})
