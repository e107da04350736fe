"""Calibrations walked at random through their doors, beside a small account of their own of where they have to stand.

What is refused changes nothing; what is allowed leads where the domain says; neither side reads the other under seal.
"""

import itertools

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.asking import a_person, ok
from tests.calibration.calibrations.ground import THEMES, TOGETHER
from tests.calibration.calibrations.standing import PARTIES, STEPS, Standing
from tests.calibration.guests import CUSTOMER_SAYS, SUPPLIER_SAYS, THEIRS, Talk, guest_of, invited
from tests.conftest import a_tenant, client_of
from tests.planning.ground import SOON, a_contact
from tests.selection.ground import an_account
from tests.walking import running, walk

LEVELS = ["preferred", "strategic"]
DIMENSIONS = [
    "strategy_horizon", "culture", "decision_process", "governance", "technology", "commercial_terms", "data_sharing",
    "risk",
]  # fmt: skip
RATINGS = [{"dimension": one, "value": 4} for one in DIMENSIONS]
party, level = st.sampled_from(PARTIES), st.sampled_from(LEVELS)


class Walk(RuleBasedStateMachine):
    """One account and its calibrations, one after another."""

    def __init__(self, carry, app):
        super().__init__()
        self.carry, self.app = carry, app

    @initialize()
    def begin(self):
        self.carry(self._begin())
        self.start(anew=False)

    async def _begin(self):
        tenant = await a_tenant(self.app.state.doorkeeper.database)
        self.client = client_of(self.app, tenant)
        self.account = await an_account(self.client, "Cancity")
        self.user = await a_person(self.client, "sales")
        self.contact = await a_contact(self.client, self.account)
        self.all = []
        self.seen = None

    @property
    def now(self):
        """The calibration that began last."""
        return self.all[-1]

    def teardown(self):
        if hasattr(self, "client"):
            for one in self.all:
                self.carry(one.talk.guest.aclose())
            self.carry(self.client.aclose())

    # What people do.

    @rule(anew=st.booleans())
    def start(self, anew):
        in_force = any(one.state == "active" for one in self.all)
        begun = any(one.state in STEPS for one in self.all)
        body = {"user_id": self.user, **({"trigger": "period_elapsed"} if anew else {})}
        expected = 409 if begun else 201 if anew == in_force else 422
        made = self.does(self.client.post, f"/v1/accounts/{self.account['id']}/calibrations", body, expected)
        if expected == 201:
            self.carry(self._enters(made))

    async def _enters(self, made):
        invitation = await invited(self.client, made["id"], self.user)
        guest = guest_of(self.client, invitation["token"])
        self.all.append(Standing(Talk(self.client, self.account, self.user, made, invitation, guest)))

    @rule(party=party)
    def save(self, party):
        now = self.now
        fine = now.state == "exploring" and party not in now.sealed
        document = SUPPLIER_SAYS if party == "supplier" else CUSTOMER_SAYS
        path = f"{now.talk.url}/submissions/supplier" if party == "supplier" else f"{THEIRS}/submission"
        self.says(party, "PUT", path, {"document": document}, 200 if fine else 409)
        if fine:
            now.saved[party] = now.saved.get(party, 0) + 1

    @rule(party=party, old=st.sampled_from([False, False, True]))
    def seal(self, party, old):
        now = self.now
        kept = now.saved.get(party, 0)
        fine = now.state == "exploring" and kept and party not in now.sealed
        expected = 409 if not fine else 412 if old else 200
        path = f"{now.talk.url}/submissions/supplier/seal" if party == "supplier" else f"{THEIRS}/submission/seal"
        self.says(party, "POST", path, {}, expected, version=kept - old if kept else 1)
        if expected == 200:
            now.sealed.add(party)

    @rule()
    def explore(self):
        now = self.now
        fine = now.state == "exploring" and now.revealed
        self.says("supplier", "PUT", f"{now.talk.url}/themes", {"themes": THEMES}, 200 if fine else 409)
        now.mapped = now.mapped or fine
        may_log = now.revealed and now.state in STEPS[:2]
        self.says("supplier", "POST", f"{now.talk.url}/opportunities", TOGETHER, 201 if may_log else 409)
        now.joint = now.joint or may_log

    @rule(party=party)
    def rate(self, party):
        now, body = self.now, {"ratings": RATINGS}
        fine = now.state == "assessing"
        path = f"{now.talk.url}/compatibility/supplier" if party == "supplier" else f"{THEIRS}/compatibility"
        self.says(party, "POST", path, body, 200 if fine else 409)
        if fine:
            now.rated.add(party)

    @rule(party=party, level=level)
    def propose(self, party, level):
        now = self.now
        fine = now.state == "aligning" and not now.settled
        path = f"{now.talk.url}/level-proposals/supplier" if party == "supplier" else f"{THEIRS}/level-proposals"
        self.says(party, "POST", path, {"level": level, "reason": "It fits"}, 201 if fine else 409)
        if fine:
            now.proposed[party] = level
            if now.agreed.get(party, level) != level:
                del now.agreed[party]

    @rule(party=party, level=level)
    def agree(self, party, level):
        now = self.now
        theirs = now.agreed.get(PARTIES[party == "supplier"], level)
        both = len(now.proposed) == 2 and level in now.proposed.values()
        fine = now.state == "aligning" and not now.settled and both and theirs == level
        path = f"{now.talk.url}/agreements/supplier" if party == "supplier" else f"{THEIRS}/agreements"
        self.says(party, "POST", path, {"level": level}, 201 if fine else 409)
        if fine:
            now.agreed[party] = level

    @rule(level=level)
    def tell(self, level):
        now = self.now
        fine = now.state == "aligning" and now.settled and set(now.agreed.values()) == {level}
        body = {"level": level, "contact_id": self.contact, "channel": "meeting"}
        self.says("supplier", "POST", f"{now.talk.url}/communications", body, 201 if fine else 409)
        now.told = now.told or fine

    @rule(by=party)
    def owe(self, by):
        now = self.now
        fine = now.state in {"investing", "active"}
        body = {"owed_by": by, "title": "What it brings", "comparison": "at_least", "target": 0.9, "due_on": SOON}
        self.says("supplier", "POST", f"{now.talk.url}/expectations", body, 201 if fine else 409)
        if fine:
            now.owed.add(by)

    # Its moves.

    @rule()
    def advance(self):
        now = self.now
        fine = now.state in STEPS[:-1] and now.done
        if self.moves("advance", {}, fine):
            now.state = STEPS[STEPS.index(now.state) + 1]

    @rule()
    def activate(self):
        now = self.now
        fine = now.state == "investing" and now.done
        if self.moves("activate", {}, fine):
            for one in self.all:
                one.state = "superseded" if one.state == "active" else one.state
            now.state = "active"

    @rule(to=st.sampled_from(STEPS))
    def go_back(self, to):
        now = self.now
        before = STEPS[: STEPS.index(now.state)] if now.state in STEPS else []
        fine = to in before or (now.state == to == "exploring" and now.revealed)
        if self.moves("go-back", {"to": to, "reason": "Their goals have changed"}, fine):
            now.goes_back(to)

    @rule()
    def end(self):
        if self.moves("end", {"reason": "They were bought"}, self.now.state not in {"superseded", "ended"}):
            self.now.state = "ended"

    @rule(how=st.sampled_from(["advance", "activate", "go-back", "end"]))
    def a_move_by_whoever_read_an_older_version(self, how):
        body = {"to": "exploring", "reason": "Late"} if how == "go-back" else {"reason": "Late"} if how == "end" else {}
        for version, expected in ((self.version - 1, 412), (None, 428)):
            self.says("supplier", "POST", f"{self.now.talk.url}/{how}", body, expected, version=version)

    @rule(steps=st.integers(1, 4))
    def go_on(self, steps):
        """As people do who know what is wanted: all that the step wants, then the next."""
        does = {
            "exploring": self.explores,
            "assessing": lambda: [self.rate(each) for each in PARTIES],
            "aligning": self.aligns,
            "investing": lambda: [self.owe(each) for each in PARTIES],
        }
        for _ in range(steps):
            now = self.now
            does.get(now.state, list)()
            self.activate() if now.state == "investing" else self.advance()

    def explores(self):
        for each in PARTIES:
            if each not in self.now.sealed:
                self.save(each)
                self.seal(each, old=False)
        self.explore()

    def aligns(self):
        if not self.now.settled:
            wanted = next(iter(self.now.agreed.values()), "preferred")
            for do, each in itertools.product((self.propose, self.agree), PARTIES):
                do(each, wanted)
        self.tell(self.now.agreed["supplier"])

    # How it is done and looked at.

    @property
    def version(self):
        return (self.seen["now"] if self.seen else self.carry(ok(self.client.get(self.now.talk.url))))["version"]

    def moves(self, how, body, fine):
        expected = 200 if fine else 409
        self.says("supplier", "POST", f"{self.now.talk.url}/{how}", body, expected, version=self.version)
        return fine

    def says(self, who, method, path, body, expected, version=None):
        """Somebody of a side does something, which goes as it has to; a refusal leaves all as it was."""
        client = self.client if who == "supplier" else self.now.talk.guest
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        given = {**body, "user_id": self.user} if who == "supplier" else body
        answer = self.carry(client.request(method, path, json=given, headers=headers))
        assert answer.status_code == expected, (self.now.state, method, path, answer.status_code, answer.text)
        if expected < 400:
            self.seen = None  # it is to be looked at anew
        elif self.seen is not None:
            assert self.carry(self._look()) == self.seen

    def does(self, method, path, body, expected):
        self.seen = None
        answer = self.carry(method(path, json=body))
        assert answer.status_code == expected, answer.text
        return answer.json()

    @invariant()
    def all_stands_where_it_has_to(self):
        if not getattr(self, "all", []):
            return
        self.seen = self.seen or self.carry(self._look())
        found = {one["id"]: one for one in self.seen["calibrations"]}
        assert {key: one["state"] for key, one in found.items()} == {one.talk.id: one.state for one in self.all}
        assert sum(one.state == "active" for one in self.all) <= 1
        assert sum(one.state in STEPS for one in self.all) <= 1
        shown = self.seen["now"]
        assert bool(shown["open_points"]) == (self.now.state in STEPS and not self.now.done)
        both = set(PARTIES) if self.now.revealed else set()
        for reader, name in zip(PARTIES, ("supplier_sees", "customer_sees"), strict=True):
            read = {one["party"] for one in self.seen[name]["submissions"] if one["document"] is not None}
            assert read == both | ({reader} & set(self.now.saved))
            assert {one["party"] for one in self.seen[name]["submissions"] if one["sealed"]} == self.now.sealed

    async def _look(self):
        talk = self.now.talk
        events = await ok(self.client.get("/v1/events", params={"limit": 1}))
        return {
            "calibrations": (await ok(self.client.get(f"/v1/accounts/{self.account['id']}/calibrations")))["data"],
            "now": await ok(self.client.get(talk.url)),
            "supplier_sees": await talk.submissions(),
            "customer_sees": await talk.guest_submissions(),
            "told": [one["id"] for one in events["data"]],
        }


def test_calibrations_stand_where_the_domain_says_however_they_are_walked(one_app):
    with running(one_app) as carry:
        walk(lambda: Walk(carry, one_app), walks=2, steps=10)
