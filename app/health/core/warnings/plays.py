"""What is suggested when a warning opens: few steps each, and the metrics on which it must show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.planning.core.plays import PlayKey


@dataclass(frozen=True, slots=True)
class Play:
    """Something to do about a warning.

    shows_in: the metrics that have to move if it works. library: larger plays of the library of plans that go with it.
    """

    code: str
    title: str
    steps: tuple[str, ...]
    shows_in: tuple[str, ...]
    library: tuple[PlayKey, ...] = ()


_PLAYS: Final = (
    Play(
        "open_new_doors",
        "Ask to be led to a new buying center",
        (
            "Choose the buying center with the most whitespace and no relationship.",
            "Ask an advocate to name the executive there and to introduce you.",
            "Meet with a finding about their business, not with a product.",
        ),
        ("executives_met_new", "referrals_new_buying_center", "buying_centers_new"),
        ("executive_alignment", "global_contract"),
    ),
    Play(
        "learn_executive_agenda",
        "Learn what the customer's executives want to achieve",
        (
            "Write down goal, motive and date of each executive's agenda that is known, and what is only guessed.",
            "Have your own executives ask their counterparts for the rest.",
            "Tie the plan's objectives to the answers.",
        ),
        ("relationship_depth", "executives_met_new"),
        ("executive_alignment",),
    ),
    Play(
        "offer_something_new",
        "Propose what the account has never bought",
        (
            "Pick the whitespace cell with the highest potential and a known need.",
            "Have a specialist work out with the customer's users what it would change.",
            "Put the proposal before whoever owns the result.",
        ),
        ("offerings_proposed_new", "proposals_new", "concentration_offering"),
        ("bring_specialists", "embed_on_site", "codesign_offering"),
    ),
    Play(
        "grow_advocates",
        "Grow coaches and listening posts",
        (
            "List who gains from your work in each buying center, with their stance.",
            "Agree with two of them on a result that they would speak about.",
            "Ask for a reference or an introduction once it is there.",
        ),
        ("advocates", "advocacy", "largest_contact_share"),
    ),
    Play(
        "find_successor",
        "Win the successor before others do",
        (
            "Learn who takes over, and what they are measured on.",
            "Hand over what was achieved in a meeting with an executive of yours within two weeks.",
            "Look up where the supporter went: it may be a prospect.",
        ),
        ("supporters_left", "advocates", "days_since_executive_meeting"),
    ),
    Play(
        "answer_competitor",
        "Answer the competitor where it stands",
        (
            "Learn from a coach why the competitor was let in, and who decides.",
            "Offer what only you can: the result so far, and what joins it to the rest of the account.",
            "Secure the buying centers beside it before it gets there.",
        ),
        ("competitor_footholds", "sole_source_share", "win_rate"),
    ),
    Play(
        "shape_demand_early",
        "Be there before the tender",
        (
            "Work with the users on the need before it is written down.",
            "Agree on a joint business case with whoever pays.",
            "Propose it as an extension of what is there.",
        ),
        ("sole_source_share", "win_rate"),
        ("bring_specialists", "codesign_offering"),
    ),
    Play(
        "plan_whitespace",
        "Give each large cell of whitespace a strategy",
        (
            "Sort the cells by potential.",
            "Give each an owner, a next step and a date, or say that it is not pursued.",
            "Review the list with the plan each quarter.",
        ),
        ("whitespace_covered", "open_pipeline"),
    ),
    Play(
        "renew_plan",
        "Renew the plan with the customer",
        (
            "Ask the customer which objectives still hold.",
            "Close, move or add actions, each with owner and date.",
            "Have the new version signed off on both sides.",
        ),
        ("days_since_plan_update",),
    ),
    Play(
        "hold_review",
        "Hold the review that is due",
        (
            "Send the results since the last one, with what was promised and not kept.",
            "Have the executives of both sides attend.",
            "End with decisions, owners and the next date.",
        ),
        ("days_since_qbr", "days_since_executive_meeting"),
    ),
    Play(
        "use_or_return_resources",
        "Use what the account is entitled to, or give it back",
        (
            "Ask the customer which of the resources help.",
            "Plan the use of these with dates.",
            "Release the rest for other accounts.",
        ),
        ("resource_utilization",),
    ),
    Play(
        "recover_promise",
        "Put a missed promise right",
        (
            "Tell the customer before they ask: what was missed, why, and the new date.",
            "Name one owner on each side.",
            "Confirm in writing when it is done.",
        ),
        ("commitments_kept", "expectations_met", "nps"),
        ("support_pod",),
    ),
    Play(
        "revive_usage",
        "Bring usage back",
        (
            "Find out with the users who stopped, and since when.",
            "Agree on a joint plan for adoption and return on investment.",
            "Have a specialist at the customer's site until it grows again.",
        ),
        ("adoption",),
        ("joint_success_plan", "integrate_systems", "support_pod"),
    ),
    Play(
        "win_over_detractor",
        "Hear the detractor out",
        (
            "Have somebody whom they respect ask what is wrong.",
            "Put one thing right that they name, visibly.",
            "Ask again after a quarter.",
        ),
        ("nps", "detractors_deciding"),
    ),
    Play(
        "rethink_growth",
        "Rethink where growth is to come from",
        (
            "Split revenue into continuation, cross-sell and expansion: which of them stopped?",
            "Set the growth that is left against the resources that the account has.",
            "Decide on new buying centers, new offerings, or a smaller goal.",
        ),
        ("revenue_trend", "revenue_growth"),
    ),
)
PLAYS: Final[Mapping[str, Play]] = {play.code: play for play in _PLAYS}
