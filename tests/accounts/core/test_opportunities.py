"""How a deal's states follow one another; what held on a day is worked out from the states alone, as readers do."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.core.history import gone
from app.accounts.core.opportunities import Entry, UnlikelyDeal, arrived, settled

JANUARY = date(2017, 1, 1)
FIELDS = (
    "account_id", "offering_id", "buying_center_id", "primary_contact_id", "amount", "currency", "stage", "status",
    "probability", "closed_on", "sole_sourced", "competitor", "created_on", "source_modified_at", "removed_at",
    "merged_into_id",
)  # fmt: skip
DECISIONS = ("won", "lost")


def on(day, hour=0):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def january(day):
    return date(2017, 1, day)


class Deal:
    """A deal as it is kept, told of change after change."""

    def __init__(self):
        self.present: dict[str, Any] = {}
        self.past: list[dict[str, Any]] = []

    def tell(self, *, now=None, arrived_on=None, **given):
        """Tell a change; returns False if it was older than what is known."""
        now = now or on(JANUARY, 12)
        after = {**dict.fromkeys(FIELDS), **self.present, **given}
        after.pop("stage_history", None)
        outcome = settled(self.present or None, self.past, after, given, now, arrived_on or now.date())
        if outcome is None:
            return False
        self.present, self.past = outcome
        return True

    def remove(self, told, now):
        """Tell that its source removed it."""
        outcome = gone(self.present, told, now)
        if outcome is not None:
            self.present = outcome[0]
            self.past = [*self.past, *outcome[1]]

    @property
    def states(self):
        return [(state["valid_from"], state["stage"], state["status"]) for state in (*self.past, self.present)]

    def known_on(self, day):
        """Stage, status and amount at the end of the day, as the as-of rule has it; None before the deal exists."""
        instant = on(day + timedelta(days=1))
        present = [] if self.present["removed_at"] else [{**self.present, "valid_to": None}]
        for state in (*self.past, *present):
            if state["valid_from"] < instant and (state["valid_to"] is None or state["valid_to"] >= instant):
                decided = state["status"] != "open" and state["closed_on"] <= day
                return state["stage"], state["status"] if decided else "open", state["amount"]
        return None

    def check(self):
        """States neither overlap nor leave a gap, and all last some time."""
        begins = [state["valid_from"] for state in (*self.past, self.present)]
        assert [state["valid_to"] for state in self.past] == begins[1:]
        assert all(earlier < later for earlier, later in pairwise(begins))


def a_deal(**given):
    deal = Deal()
    deal.tell(**{"created_on": january(2), "stage": "Prospecting", **given})
    return deal


def test_a_deal_exists_from_its_creation_else_from_its_arrival():
    assert a_deal().known_on(january(1)) is None
    assert a_deal().known_on(january(2)) == ("Prospecting", "open", None)
    assert a_deal(created_on=None, arrived_on=january(3)).known_on(january(2)) is None
    assert a_deal(created_on=None, arrived_on=january(3)).known_on(january(3)) == ("Prospecting", "open", None)


def test_a_change_holds_from_when_its_source_made_it_and_what_held_before_stays():
    deal = a_deal(amount=10)

    deal.tell(now=on(january(20)), stage="Engaging", amount=20, source_modified_at=on(january(10), 15))

    assert deal.known_on(january(9)) == ("Prospecting", "open", 10)
    assert deal.known_on(january(10)) == ("Engaging", "open", 20)
    assert deal.present["stage_entered_at"] == on(january(10), 15)


def test_a_deal_is_won_from_its_close_date_on_whenever_that_was_learnt():
    deal = a_deal()
    deal.tell(now=on(january(20)), stage="Negotiation")

    deal.tell(now=on(january(25)), stage="Won", status="won", closed_on=january(10), amount=5)

    assert deal.known_on(january(9)) == ("Prospecting", "open", None)
    assert deal.known_on(january(10)) == ("Won", "won", 5)
    assert deal.known_on(january(22)) == ("Won", "won", 5)
    deal.check()


def test_a_deal_that_arrives_decided_was_open_until_its_close_date():
    deal = a_deal(status="lost", closed_on=january(10))

    assert deal.known_on(january(9))[1] == "open"
    assert deal.known_on(january(10))[1] == "lost"


def test_a_deal_decided_on_the_day_of_its_creation_was_never_open():
    deal = a_deal()

    deal.tell(now=on(january(9)), status="won", closed_on=january(2), stage="Won")

    assert deal.states == [(on(january(2)), "Won", "won")]


def test_a_reopened_deal_is_open_from_then_on_and_its_close_date_is_gone():
    deal = a_deal(status="won", closed_on=january(5))

    deal.tell(now=on(january(20)), status="open")

    assert deal.present["closed_on"] is None
    assert deal.known_on(january(19))[1] == "won"
    assert deal.known_on(january(20))[1] == "open"
    deal.check()


def test_a_change_older_than_what_is_known_is_left_aside_and_one_from_the_future_is_not_trusted():
    deal = a_deal(source_modified_at=on(january(10)), now=on(january(20)))

    assert not deal.tell(stage="Old", source_modified_at=on(january(9)), now=on(january(20)))
    assert deal.tell(stage="Same time", source_modified_at=on(january(10)), now=on(january(20)))
    assert deal.tell(stage="Future", source_modified_at=on(date(2099, 1, 1)), now=on(january(21)))
    assert deal.present["source_modified_at"] == on(january(21)) + timedelta(minutes=5)
    assert deal.tell(stage="Next", source_modified_at=on(january(22)), now=on(january(22)))


@pytest.mark.parametrize(
    ("given_fields", "pointer", "code"),
    [
        ({"status": "won"}, "/closed_on", "missing"),
        ({"status": "lost"}, "/closed_on", "missing"),
        ({"status": "open", "closed_on": january(5)}, "/closed_on", "unexpected"),
        ({"status": "won", "closed_on": january(1)}, "/closed_on", "out_of_order"),
    ],
)
def test_status_and_dates_that_contradict_one_another_are_refused(given_fields, pointer, code):
    with pytest.raises(UnlikelyDeal) as refused:
        a_deal(**given_fields)

    assert [(each.pointer, each.code) for each in refused.value.errors] == [(pointer, code)]


def test_a_corrected_creation_moves_the_first_state():
    deal = a_deal()
    deal.tell(now=on(january(10)), stage="Engaging")

    deal.tell(now=on(january(20)), created_on=date(2016, 12, 1))
    assert deal.states == [(on(date(2016, 12, 1)), "Prospecting", "open"), (on(january(10)), "Engaging", "open")]

    deal.tell(now=on(january(20)), created_on=january(5))
    assert deal.states == [(on(january(5)), "Prospecting", "open"), (on(january(10)), "Engaging", "open")]

    deal.tell(now=on(january(20)), created_on=january(15))
    assert deal.states == [(on(january(15)), "Engaging", "open")]


def test_a_history_that_is_given_replaces_the_one_that_was_kept():
    deal = a_deal()
    deal.tell(now=on(january(3)), stage="Rumour")
    history = [
        Entry(on(january(8), 9), "Engaging", "open", amount=7, currency="EUR", probability=0.5),
        Entry(on(january(4), 9), "Prospecting", "open"),
    ]

    deal.tell(stage="Engaging", amount=9, currency="USD", stage_history=history)

    assert deal.states == [(on(january(2)), "Prospecting", "open"), (on(january(8), 9), "Engaging", "open")]
    assert deal.known_on(january(7)) == ("Prospecting", "open", 9)  # unsaid, it is the present amount
    assert deal.known_on(january(8)) == ("Engaging", "open", 9)  # the last line is the present state
    deal.check()


def test_an_earlier_line_keeps_its_own_amount_and_probability():
    history = [
        Entry(on(january(4)), "Prospecting", "open", amount=7, currency="EUR", probability=0.1),
        Entry(on(january(8)), "Engaging", "open"),
    ]

    deal = a_deal(stage="Engaging", amount=9, currency="USD", probability=0.5, stage_history=history)

    first = deal.past[0]
    assert (first["amount"], first["currency"], first["probability"]) == (7, "EUR", 0.1)


def test_a_stage_was_entered_at_the_first_of_its_lines():
    history = [
        Entry(on(january(3)), "Prospecting", "open"),
        Entry(on(january(5)), "Proposal", "open", amount=1, currency="USD"),
        Entry(on(january(9)), "Proposal", "open", amount=2, currency="USD"),
    ]

    deal = a_deal(stage="Proposal", amount=2, currency="USD", stage_history=history)

    assert deal.present["stage_entered_at"] == on(january(5))


def test_a_won_deal_is_won_from_its_close_date_though_its_history_says_so_later():
    history = [
        Entry(on(january(3)), "Prospecting", "open"),
        Entry(on(january(12)), "Negotiation", "open"),
        Entry(on(january(20)), "Won", "won"),
    ]

    deal = a_deal(stage="Won", status="won", closed_on=january(10), stage_history=history)

    assert deal.states == [(on(january(2)), "Prospecting", "open"), (on(january(10)), "Won", "won")]


def test_the_present_state_follows_a_history_that_ends_before_it():
    history = [Entry(on(january(3)), "Prospecting", "open"), Entry(on(january(5)), "Engaging", "open")]

    deal = a_deal(
        stage="Proposal", source_modified_at=on(january(9)), now=on(january(20)), stage_history=history
    )  # fmt: skip

    assert [stage for _, stage, _ in deal.states] == ["Prospecting", "Engaging", "Proposal"]
    assert deal.known_on(january(8))[0] == "Engaging"
    assert deal.known_on(january(9))[0] == "Proposal"


DAYS = st.integers(2, 28).map(january)
MOMENTS = st.tuples(DAYS, st.integers(0, 23)).map(lambda moment: on(*moment))
STAGES = st.sampled_from(["Prospecting", "Engaging", "Proposal"])
AMOUNTS = st.none() | st.integers(1, 3)


@st.composite
def statuses(draw):
    status = draw(st.sampled_from(["open", "open", *DECISIONS]))
    return {"status": status, "closed_on": None if status == "open" else draw(DAYS)}


@st.composite
def changes(draw):
    """What a CRM may say of a deal at some moment."""
    change = {"now": draw(MOMENTS), **draw(statuses()), "stage": draw(STAGES), "amount": draw(AMOUNTS)}
    if draw(st.booleans()):
        change["source_modified_at"] = draw(MOMENTS)
    if draw(st.integers(0, 3)) == 0:
        change["stage_history"] = draw(histories())
    return change


def histories():
    entries = st.builds(Entry, MOMENTS, STAGES, st.sampled_from(["open", "won", "lost"]), AMOUNTS, st.just("USD"))
    return st.lists(entries, max_size=4)


@given(st.none() | st.just(january(2)), st.lists(changes(), min_size=1, max_size=8))
def test_whatever_is_told_states_neither_overlap_nor_leave_a_gap_from_creation_on(created_on, told):
    deal = Deal()
    for change in told:
        deal.tell(created_on=created_on, arrived_on=january(28), **change)
        deal.check()
        if created_on is not None:
            assert deal.states[0][0] == on(created_on)
        if deal.present["status"] != "open":
            assert deal.present["closed_on"] is not None


@given(st.lists(changes(), min_size=1, max_size=6))
def test_a_change_told_twice_changes_nothing_the_second_time(told):
    deal = a_deal()
    for change in told:
        if not deal.tell(**change):
            continue
        present, past = deal.present, deal.past
        deal.tell(**change)
        assert (deal.present, deal.past) == (present, past)


@given(st.lists(changes(), max_size=5), STAGES, AMOUNTS, st.integers(15, 28))
def test_a_change_dated_later_alters_nothing_known_before(told, stage, amount, later):
    deal = a_deal()
    for change in told:
        deal.tell(**{**change, "now": on(january(14))})
    days = [january(day) for day in range(1, later)]
    before = [deal.known_on(day) for day in days]
    status = deal.present["status"]

    deal.tell(now=on(january(later), 12), stage=stage, amount=amount, source_modified_at=on(january(later), 12))

    if status == "open":
        assert [deal.known_on(day) for day in days] == before
    else:  # what is decided may lie ahead; up to today nothing moves
        assert [deal.known_on(day) for day in days[:14]] == before[:14]


@given(st.lists(changes(), max_size=5), st.integers(3, 28))
def test_a_decision_alters_nothing_known_before_its_close_date(told, closed):
    deal = a_deal()
    for change in told:
        deal.tell(**{**change, "status": "open", "closed_on": None, "stage_history": None})
    days = [january(day) for day in range(1, closed)]
    before = [deal.known_on(day) for day in days]

    deal.tell(now=on(january(28), 23), status="won", closed_on=january(closed), stage="Won")

    assert [deal.known_on(day) for day in days] == before
    assert {deal.known_on(january(day))[1] for day in range(closed, 29)} == {"won"}


def test_a_removed_deal_was_there_until_then_and_is_not_from_then_on():
    deal = a_deal(amount=10)

    deal.remove(on(january(10), 15), now=on(january(20)))

    assert deal.known_on(january(9)) == ("Prospecting", "open", 10)
    assert deal.known_on(january(10)) is None
    assert deal.known_on(january(25)) is None


def test_a_removed_deal_that_its_source_restored_was_gone_in_between():
    deal = a_deal(amount=10)
    deal.remove(on(january(10), 15), now=on(january(20)))

    late = deal.tell(now=on(january(20)), amount=11, source_modified_at=on(january(9)))
    restored = deal.tell(now=on(january(20)), amount=12, source_modified_at=on(january(15), 9))

    assert (late, restored) == (False, True)
    assert deal.present["removed_at"] is None
    assert [deal.known_on(january(day)) for day in (9, 14, 15, 25)] == [
        ("Prospecting", "open", 10), None, ("Prospecting", "open", 12), ("Prospecting", "open", 12),
    ]  # fmt: skip


def test_a_deal_that_comes_back_decided_was_gone_all_the_same():
    deal = a_deal(amount=10)
    deal.remove(on(january(10)), now=on(january(10)))

    deal.tell(now=on(january(20)), status="won", stage="Won", closed_on=january(12))

    assert [deal.known_on(january(day)) for day in (9, 11, 20)] == [
        ("Prospecting", "open", 10), None, ("Won", "won", 10),
    ]  # fmt: skip


@st.composite
def full_histories(draw):
    """Everything that a CRM knows of a deal, at several times of its own, no two of them alike."""
    times = sorted(draw(st.sets(MOMENTS, min_size=2, max_size=5)))
    return [
        {**draw(statuses()), "stage": draw(STAGES), "amount": draw(AMOUNTS), "stage_history": draw(histories()),
         "source_modified_at": time}
        for time in times
    ]  # fmt: skip


@given(full_histories(), st.randoms(use_true_random=False))
def test_full_histories_come_to_the_same_in_whichever_order_they_arrive(told, random):
    def outcome(order):
        deal = Deal()
        for change in order:
            deal.tell(now=on(january(28), 23), created_on=january(2), **change)
        return deal.present, deal.past

    shuffled = random.sample(told, len(told))

    assert outcome(shuffled) == outcome(told)


days = st.none() | st.dates(date(2016, 1, 1), date(2018, 1, 1))
instants = st.none() | st.datetimes(datetime(2016, 1, 1), datetime(2018, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # zoned by hypothesis


@given(
    st.lists(st.tuples(st.sampled_from([None, "open", *DECISIONS]), days, days, instants), max_size=6),
    st.sampled_from([on(JANUARY, 12), on(january(9))]),
)
def test_deals_that_arrive_together_begin_as_they_would_alone(told, now):
    names = ("status", "created_on", "closed_on", "source_modified_at")
    columns = {"external_id": [str(place) for place in range(len(told))]}
    columns |= {name: [one[place] for one in told] for place, name in enumerate(names)}

    filled, left = arrived(columns, now, JANUARY)

    for place, one in enumerate(told):
        given = dict(zip(names, one, strict=True))
        after = {**dict.fromkeys(FIELDS), **given}
        if place in left:
            with pytest.raises(UnlikelyDeal):
                settled(None, [], after, given, now, JANUARY)
        else:
            outcome = settled(None, [], after, given, now, JANUARY)
            assert outcome is not None
            assert {name: column[place] for name, column in filled.items()}.items() <= outcome[0].items()
