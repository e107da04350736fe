"""How accounts that did not keep to what was agreed were looked at, decided on, told, and brought back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.demo.core.fates import FATES, ORDINARY, Act, Appraisal, Fate, Judged, Reset, WayBack
from app.demo.core.supplier import Supplier
from app.demo.core.support import RESOURCES, Supported, colleague, due_with
from app.demo.core.timeline import LAST_DAY, Timeline, month
from app.demo.core.world import Body, identity

STEPS: Final = (
    ("internal_brief", "Everybody who works for them", "What changes, and what does not", None),
    (
        "executive_call",
        "Their board",
        "We stay, with less of what they do not use",
        "Somebody who answers within a day",
    ),
    ("kam_meeting", "Those we work with", "What each of them can count on", "Training for their own people"),
    ("written_summary", "Their board and purchasing", "The same in writing, with the way back", "A page to refer to"),
    ("resource_handover", "Their plant managers", "Who comes instead of whom", "Nothing is left half done"),
)
FRAMING: Final = {
    "what_changes": "Fewer days of our engineers, and no licence that lies idle",
    "why_it_fits": "Their goals of this year need people who know the lines, not more software",
    "what_they_gain": "One number to call, and training for whoever runs the lines",
    "way_back": "The data of two lines, and a plan that both sides keep to",
}
# What is judged by people, and what is done about it; beside these they are to say that they are content, and to buy.
JUDGED: Final = (("A sponsor at their board", "Ask their board for a name"), ("The data of two lines", "Pay for half"))
CONTENT: Final = "Satisfaction as with our other key accounts"
BUYS: Final = "Revenue that does not fall away"
BETTER: Final = 0.12  # than they are, those who have not come back yet
BOUGHT: Final = 0.3  # of what they buy in a year, those who have


def retierings(timeline: Timeline, program: Sequence[Supported], team: Supplier) -> dict[str, list[Body]]:
    """Every account's, by the tables that hold it."""
    tables: dict[str, list[Body]] = {}
    for account in program:
        ordinary = ORDINARY[account.place % len(ORDINARY)]
        fate = ordinary if account.fate is None else FATES[account.fate]
        for table, body in _One(timeline, account, team, fate, program).told():
            tables.setdefault(table, []).append(body)
    return tables


def holds(timeline: Timeline, program: Sequence[Supported]) -> dict[str, list[Body]]:
    """From whom nothing might be taken before they were told, by the table that holds it."""
    found = []
    for account in program:
        told = FATES[account.fate].reset if account.fate is not None else None
        if told is not None:
            days = (told.opened, _conversation(told), told.completed)
            opened, talked, closed = (None if ago is None else timeline.on(LAST_DAY - ago) for ago in days)
            found.append(
                {
                    "account_id": account.ref, "retiering_id": identity(f"retiering-{account.ref['external_id']}"),
                    "opened_on": opened, "conversation_on": talked, "closed_on": closed,
                }
            )  # fmt: skip
    return {"withdrawal_holds": found}


def _conversation(told: Reset) -> int | None:
    """How long ago their board was called."""
    return told.done[1] if len(told.done) > 1 else None


@dataclass(frozen=True, slots=True)
class _One:
    """One account's story, told by the tables that hold it."""

    timeline: Timeline
    account: Supported
    team: Supplier
    fate: Fate
    program: Sequence[Supported]

    def id_of(self, kind: str) -> Body:
        """Of the account's one record of a kind."""
        return identity(f"{kind}-{self.account.ref['external_id']}")

    @property
    def contact(self) -> Body:
        return identity(self.account.there()[0].external_id)

    def on(self, ago: int | None) -> str | None:
        return None if ago is None else self.timeline.on(LAST_DAY - ago)

    def told(self) -> Iterator[tuple[str, Body]]:
        fate = self.fate
        if fate.appraisal is not None:
            yield "appraisals", self.appraised(fate.appraisal)
            for act in fate.appraisal.acts:
                yield "appraisal_actions", self.acted(act)
        if fate.judged is not None:
            yield "retierings", self.judged(fate.judged)
        if fate.reset is not None:
            yield from self.was_told(fate.reset)
        if fate.way_back is not None:
            yield from self.comes_back(fate.way_back)

    def appraised(self, one: Appraisal) -> Body:
        return {
            "id": self.id_of("appraisal"), "account_id": self.account.ref, "trigger": one.trigger, "state": one.state,
            "opened_on": self.on(one.opened), "first_sign_on": self.on(one.sign), "due_on": self.on(one.due),
            "diagnosis": one.diagnosis,
            "diagnosis_note": None if one.diagnosis is None else "As their head of operations told us",
            "contacted_on": self.on(one.contacted), "contact_id": None if one.contacted is None else self.contact,
            "owner_user_id": self.account.kam, "reevaluation_on": self.on(one.turned), "closed_on": self.on(one.closed),
            "outcome": one.outcome, "created_at": self.timeline.at(LAST_DAY - one.opened),
        }  # fmt: skip

    def acted(self, act: Act) -> Body:
        ours = act.side == "supplier"
        return {
            "appraisal_id": self.id_of("appraisal"), "title": act.title, "side": act.side,
            "owner_user_id": self.account.kam if ours else None, "owner_contact_id": None if ours else self.contact,
            "due_on": self.on(act.due), "state": act.state, "closed_on": self.on(act.closed),
        }  # fmt: skip

    def judged(self, one: Judged) -> Body:
        first, last = self.account.held[0][1], self.account.tier
        to_tier = {"uptier": last, "downtier": last if first != last else _below(last)}.get(one.decision or "")
        return {
            "id": self.id_of("retiering"), "account_id": self.account.ref, "appraisal_id": self.id_of("appraisal"),
            "state": one.state, "proposed_on": self.on(one.proposed), "from_tier": first,
            "recommended": one.recommended, "recommended_tier": None, "decision": one.decision, "to_tier": to_tier,
            "grounds": one.grounds, "rationale": one.rationale, "conditions": one.conditions,
            "keeping_reason": one.keeping_reason, "decided_on": self.on(one.decided),
            "decided_by_user_id": None if one.decided is None else self.account.kam,
            "approved_on": self.on(one.approved),
            "approved_by_user_id": None if one.approved is None else colleague(self.team, "executive"),
            "withdrawn_on": self.on(one.withdrawn),
            "withdraw_reason": None if one.withdrawn is None else "The figures were wrong",
            "created_at": self.timeline.at(LAST_DAY - one.proposed),
        }  # fmt: skip

    def was_told(self, one: Reset) -> Iterator[tuple[str, Body]]:
        yield "relationship_resets", {
            "id": self.id_of("reset"), "retiering_id": self.id_of("retiering"),
            "account_id": self.account.ref, "state": one.state,
            "opened_on": self.on(one.opened), **FRAMING, "feared_loss_share": one.feared,
            "conversation_on": self.on(_conversation(one)), "completed_on": self.on(one.completed),
        }  # fmt: skip
        for place, (kind, audience, message, gains) in enumerate(STEPS, start=1):
            done = one.done[place - 1] if place <= len(one.done) else None
            outside = kind in {"executive_call", "kam_meeting"} and done is not None
            yield "reset_steps", {
                "reset_id": self.id_of("reset"), "place": place, "kind": kind, "audience": audience, "message": message,
                "customer_gains": gains,
                "owner_user_id": colleague(self.team, "executive") if kind == "executive_call" else self.account.kam,
                "due_on": self.on(one.opened - 4 * place), "done_on": self.on(done),
                "contact_id": self.contact if outside else None,
            }  # fmt: skip
        yield from (("realignments", body) for body in self.realigned())

    def realigned(self) -> Iterator[Body]:
        """What its tier brought and no longer does, or would no longer; what is less used has nothing in its place."""
        before = self.account.held[0][1]
        after = None if self.fate.left is not None else self.account.tier
        after = _below(before) if after == before else after
        for one in RESOURCES:
            had, has = due_with(one, before), due_with(one, after)
            if has >= had:
                continue
            people = one.unit != "seat"
            yield {
                "reset_id": self.id_of("reset"), "resource_id": one.ref, "quantity_before": float(had),
                "quantity_after": float(has), "replacement": "Training of their own people" if people else None,
                "customer_need": "Lines that run without us" if people else None,
                "none_reason": None if people else "Nobody there has used it this year",
            }  # fmt: skip

    def comes_back(self, one: WayBack) -> Iterator[tuple[str, Body]]:
        closed_by = None if one.closed is None else colleague(self.team, "executive")
        yield "reselections", {
            "id": self.id_of("reselection"), "account_id": self.account.ref, "retiering_id": self.id_of("retiering"),
            "state": one.state, "opened_on": self.on(one.opened), "eligible_on": self.on(one.eligible),
            "closed_on": self.on(one.closed), "closed_by_user_id": closed_by,
            "note": "They do not want to" if one.state == "abandoned" else None,
        }  # fmt: skip
        yield from (("reentry_criteria", body) for body in self.criteria(one))
        if one.introduced is not None:
            peer = next(account for account in self.program if account.fate is None)
            yield "peer_connections", {
                "reselection_id": self.id_of("reselection"), "peer_account_id": peer.ref, "contact_id": self.contact,
                "introduced_on": self.on(one.introduced), "user_id": self.account.kam,
                "note": "They run the same lines, and tell how they came to share their data",
            }  # fmt: skip

    def criteria(self, one: WayBack) -> Iterator[Body]:
        shared = {
            "reselection_id": self.id_of("reselection"), "owner_user_id": self.account.kam,
            "due_on": self.on(one.opened - 120), "comparison": None, "metric": None, "target": None, "baseline": None,
        }  # fmt: skip
        judged = {"judged_on": self.on(one.eligible), "judged_by_user_id": self.account.kam, "met": True}
        for title, action in JUDGED:
            yield {**shared, "title": title, "action": action, **(judged if one.eligible is not None else {})}
        yield {**shared, "comparison": "at_least", "action": "Listen to whoever runs the lines", **self.measured(one)}

    def measured(self, one: WayBack) -> Body:
        """Who has come back buys what was asked for; who has not is not as content as it should be."""
        course = self.account.cast.customer.trajectory
        if one.eligible is not None:
            yearly = round(course.run_rate(LAST_DAY) * BOUGHT, -3)
            return {"title": BUYS, "metric": "revenue_ltm", "target": yearly, "baseline": 0.0}
        before, now = (float(course.satisfaction[month(LAST_DAY - ago)]) for ago in (one.opened, 0))
        target, baseline = (round(3 + 7 * share, 1) for share in (now + BETTER, before - BETTER))
        return {"title": CONTENT, "metric": "nps", "target": target, "baseline": baseline}


def _below(tier: str | None) -> Any:
    return {"tier_1": "tier_2", "tier_2": "tier_3"}.get(tier or "", "standard")
