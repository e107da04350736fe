"""The library of plays: what has worked for key accounts elsewhere, what it takes, and by which figure it is told.

Drawn from the two worked cases of the field guide to key account management among the sources: a maker of document
systems that grew one account from 2 to 20 million dollars a year, and a subscription platform whose customer lost 30 %
fewer of its own customers and tripled its growth in subscribers within twelve months.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

PlayKey = Literal[
    "embed_on_site", "bring_specialists", "executive_alignment", "global_contract",
    "codesign_offering", "integrate_systems", "joint_success_plan", "support_pod",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Play:
    """Something that can be done, and done again.

    metric: the key of the metric that should move; direction: which way, if it works.
    """

    key: PlayKey
    title: str
    preconditions: tuple[str, ...]
    steps: tuple[str, ...]
    metric: str
    direction: Literal["rises", "falls"]
    expected: str
    case: str


_DOCUMENTS: Final = "Document systems supplier with a global engineering firm: from $2M to $20M a year"
_SUBSCRIPTIONS: Final = "Subscription platform with a Fortune 500 technology firm: churn down 30 % in 12 months"

_LISTED: Final = (
    Play(
        "embed_on_site",
        "Work at the customer's sites to learn how work flows there",
        ("A sponsor at the site opens the doors", "Somebody can be spared for weeks, not days"),
        (
            "Agree with the sponsor which sites and which workflows",
            "Watch and measure the work where it is done",
            "Show what could be better, and what that would be worth to the customer",
            "Choose together what comes first",
        ),
        "offerings_proposed_new", "rises", "New offerings are proposed that answer to what was seen", _DOCUMENTS,
    ),
    Play(
        "bring_specialists",
        "Bring specialists in to design a solution with the customer",
        ("A problem of the customer's is understood and named", "Specialists have time set aside for the account"),
        (
            "Name the specialists, and what each is to answer",
            "Hold a design workshop with those who will use it",
            "Try the design in one place and measure it",
            "Propose it for the rest",
        ),
        "proposals_new", "rises", "Designs become proposals", _DOCUMENTS,
    ),
    Play(
        "executive_alignment",
        "Let executives of both sides agree on priorities",
        ("An executive of ours sponsors the account", "What the customer's executives are measured by is known"),
        (
            "Pair executives of equal standing",
            "Meet about the customer's priorities, not about our products",
            "Write down what was agreed, and put it into the plan",
            "Meet again at a fixed interval",
        ),
        "executives_met_new", "rises", "More of the customer's executives know us", _DOCUMENTS,
    ),
    Play(
        "global_contract",
        "Offer one contract with the same terms and service levels everywhere",
        ("At least two buying centers buy under terms of their own", "We can keep one service level in all places"),
        (
            "Lay the present contracts and service levels side by side",
            "Agree on the terms with purchasing and with those who use the service",
            "Sign one contract, and let the others run out into it",
            "Review the service levels every quarter",
        ),
        "buying_centers_active", "rises", "Buying centers that stood apart buy under the contract", _DOCUMENTS,
    ),
    Play(
        "codesign_offering",
        "Design the offering together with the customer's finance and product people",
        ("The customer is changing what it sells or how it charges", "Its finance and product people take part"),
        (
            "Understand the business model that the customer is moving to",
            "Design packages and prices that fit it, together",
            "Test them on real figures with the customer's finance",
            "Agree on how both sides will know that it works",
        ),
        "offering_breadth", "rises", "The customer takes more of what we offer", _SUBSCRIPTIONS,
    ),
    Play(
        "integrate_systems",
        "Help to connect our product with the customer's billing and ERP",
        ("The systems and those who run them are known", "Engineers of both sides are named"),
        (
            "Map which data goes where, and who owns it",
            "Connect one flow first, and prove it",
            "Connect the others, and hand over with training",
        ),
        "adoption", "rises", "More of those who could use it do", _SUBSCRIPTIONS,
    ),
    Play(
        "joint_success_plan",
        "Keep a joint plan of adoption and of what it brings the customer",
        ("Somebody at the customer answers for the outcome", "Adoption and value can be measured from the outset"),
        (
            "Agree on measures, baselines, targets and days",
            "Put them into the plan as shared objectives",
            "Review them in every business review",
            "Tell the customer's executives what was gained",
        ),
        "decision_confidence", "rises", "The customer's people are surer of their decision", _SUBSCRIPTIONS,
    ),
    Play(
        "support_pod",
        "Give the customer a support team of its own",
        ("Open issues weigh on the relationship", "People can be assigned to the account by name"),
        (
            "Name the team, and how it is reached",
            "Agree on response and resolution times",
            "Go through open issues with the customer every week until they are few",
            "Take what keeps coming back to those who can mend it for good",
        ),
        "csat", "rises", "Issues are settled sooner, and the customer says so", _SUBSCRIPTIONS,
    ),
)  # fmt: skip

PLAYS: Final[Mapping[str, Play]] = {play.key: play for play in _LISTED}
