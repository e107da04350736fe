"""Plans walked at random through their doors, beside a list of our own of what was saved and signed.

What was saved stays as it was; who read an older version changes nothing; an account has one plan in force.
"""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.asking import ok
from tests.conftest import a_tenant, client_of
from tests.planning.ground import SOON, a_case, an_objective, objectives
from tests.walking import running, walk

# What is said, and what of it is more than wording.
SAYING = {
    "first": (objectives(an_objective()), "first"),
    "in other words": (objectives(an_objective(title="No line stands still!")), "first"),
    "sharper": (objectives(an_objective(target=0.98)), "sharper"),
    "and more": (objectives(an_objective(), an_objective("cost")), "more"),
}
says, side = st.sampled_from(sorted(SAYING)), st.sampled_from(["supplier", "customer"])
tags = st.sampled_from(["none", "newest", "newest", "older", "first"])


@dataclass
class Plan:
    """One plan of the account. said: what each version says; signed: side -> numbers; done: action -> whether it is."""

    said: list[Any] = field(default_factory=list)
    archived: bool = False
    signed: dict[str, set[int]] = field(default_factory=lambda: {"supplier": set(), "customer": set()})
    actions: dict[str, bool] = field(default_factory=dict)
    version: int = 0  # as the last answer told it

    @property
    def settled(self):
        """The number of the version that last said something new."""
        meant = [SAYING[one][1] for one in self.said]
        return max(at + 1 for at in range(len(meant)) if at == 0 or meant[at] != meant[at - 1])


class Walk(RuleBasedStateMachine):
    """One account and its plans, one after another."""

    def __init__(self, carry, app):
        super().__init__()
        self.carry, self.app = carry, app

    @initialize()
    def begin(self):
        self.carry(self._begin())

    async def _begin(self):
        self.client = client_of(self.app, await a_tenant(self.app.state.doorkeeper.database))
        self.case = await a_case(self.client)
        self.plans = []
        self.seen = None

    def teardown(self):
        if hasattr(self, "client"):
            self.carry(self.client.aclose())

    @property
    def live(self):
        """The plan in force, if there is one."""
        return self.plans[-1] if self.plans and not self.plans[-1].archived else None

    # What people do.

    @rule(what=says, tag=tags)
    def save(self, what, tag):
        live = self.live
        version = live.version if live else 0
        wanted = {"none": None, "newest": version, "older": version - 1, "first": 0}[tag]
        if wanted is not None and wanted < 0:
            return
        says_the_same = live is None or (bool(live.said) and live.said[-1] == what)
        status = 200 if wanted == version or (wanted is None and says_the_same) else 428 if wanted is None else 412
        answer = self.asks("PUT", self.case.url, self.case.body(SAYING[what][0]), status, wanted)
        if status != 200:
            return
        if live is None:
            self.plans.append(live := Plan())
        if not live.said or live.said[-1] != what:
            live.said.append(what)
            assert answer["version"] > live.version
        else:
            assert answer["version"] == live.version
        live.version = answer["version"]

    @rule(tag=tags)
    def archive(self, tag):
        live = self.live
        if live is None:
            self.asks("POST", f"{self.case.url}/archive", None, 409 if self.plans else 404, 1)
            return
        wanted = {"none": None, "newest": live.version}.get(tag, live.version - 1)
        status = 428 if wanted is None else 200 if wanted == live.version else 412
        self.asks("POST", f"{self.case.url}/archive", None, status, wanted)
        live.archived = status == 200

    @rule(by=side, ago=st.sampled_from([0, 0, 1]))
    def sign(self, by, ago):
        plan = self.plans[-1] if self.plans else None
        number = max(1, len(plan.said) - ago) if plan else 1
        newest = plan is not None and number == len(plan.said)
        fine = self.live is not None and plan is not None and newest and number not in plan.signed[by]
        who = {"contact_id": self.case.contact} if by == "customer" else {"user_id": self.case.user}
        expected = 201 if fine else 409 if plan else 404
        self.asks("POST", f"{self.case.url}/approvals", {"number": number, **who}, expected)
        if fine and plan is not None:
            plan.signed[by].add(number)

    @rule(goal=st.sampled_from(["uptime", "cost", None]))
    def act(self, goal):
        live = self.live
        there = live is not None and (goal != "cost" or live.said[-1] == "and more")
        expected = 201 if there else 422 if live else 409 if self.plans else 404
        body = {"title": "Walk the line", "owner_user_id": self.case.user, "due_on": SOON, "goal": goal}
        made = self.asks("POST", f"{self.case.url}/actions", body, expected)
        if there:
            live.actions[made["id"]] = "open"

    @rule(data=st.data(), to=st.sampled_from(["done", "dropped", "open"]))
    def bring_an_action_to_an_end(self, data, to):
        if self.plans and self.plans[-1].actions:
            one = data.draw(st.sampled_from(sorted(self.plans[-1].actions)))
            answer = self.carry(self.client.patch(f"/v1/plan-actions/{one}", json={"state": to}))
            if answer.status_code == 200:
                self.plans[-1].actions[one] = to
                self.seen = None
            else:
                assert answer.status_code in {409, 422}, answer.text
                assert self.carry(self._look()) == self.seen

    # How it is done and looked at.

    def asks(self, method, path, body, expected, version=None):
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        answer = self.carry(self.client.request(method, path, json=body, headers=headers))
        assert answer.status_code == expected, (method, path, answer.status_code, answer.text)
        if expected < 400:
            self.seen = None  # it is to be looked at anew
        else:
            assert self.carry(self._look()) == self.seen
        return answer.json()

    @invariant()
    def all_stands_as_it_was_saved_and_signed(self):
        if not hasattr(self, "plans"):
            return
        self.seen = self.seen or self.carry(self._look())
        assert self.seen["active"] == (1 if self.live else 0)
        assert self.seen["archived"] == sum(plan.archived for plan in self.plans)
        if not self.plans:
            assert self.seen["plan"] is None
            return
        plan, found = self.plans[-1], self.seen["plan"]
        assert (found["number"], found["state"]) == (len(plan.said), "archived" if plan.archived else "active")
        figures = found["figures"]
        assert figures["co_created"] == any(number >= plan.settled for number in plan.signed["customer"])
        assert figures["customer_signed"] == max(
            (n for n in plan.signed["customer"] if n >= plan.settled), default=None
        )
        assert [_meant(SAYING[one][0]["customer_objectives"]["items"]) for one in plan.said] == self.seen["said"]
        assert {one["id"]: one["state"] for one in self.seen["actions"]} == plan.actions

    async def _look(self):
        client, url = self.client, self.case.url
        lists = {
            state: len((await ok(client.get("/v1/plans", params={"state": state})))["data"])
            for state in ("active", "archived")
        }
        told = [one["id"] for one in (await ok(client.get("/v1/events", params={"limit": 1})))["data"]]
        if not self.plans:
            assert (await client.get(url)).status_code == 404
            return {**lists, "told": told, "plan": None}
        numbers = sorted(one["number"] for one in (await ok(client.get(f"{url}/versions")))["data"])
        versions = [await ok(client.get(f"{url}/versions/{number}")) for number in numbers]
        return {
            **lists,
            "told": told,
            "plan": await ok(client.get(url)),
            "said": [_given(one["document"]["customer_objectives"]["items"]) for one in versions],
            "actions": (await ok(client.get(f"{url}/actions")))["data"],
        }


def _meant(items):
    """An objective is one of business unless it says otherwise."""
    return [{"kind": "business", **item} for item in items]


def _given(items):
    """The entries with what was given of them, without what was left out."""
    return [{name: value for name, value in item.items() if value is not None} for item in items]


def test_plans_stand_as_they_were_saved_and_signed_however_they_are_walked(one_app):
    with running(one_app) as carry:
        walk(lambda: Walk(carry, one_app), walks=3, steps=10)
