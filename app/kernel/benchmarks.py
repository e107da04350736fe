"""The one list of published survey figures that ours may be held against; none of them ever enters a score.

A figure is told as its source tells it: what the source leaves out (how many were asked, when) is None here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Unit = Literal["percent", "percent_change", "times_as_likely", "accounts"]
Kind = Literal["association", "share", "mean", "rule_of_thumb", "case"]
EvidenceGrade = Literal["survey", "uncited"]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A figure that somebody published.

    value: in `unit`; the lower end where the source gives a range, whose upper end is then `value_to`.
    n: how many were asked for this very figure. year: when the source was published; surveys are older than that.
    evidence_grade: "survey" where the source says whom it asked, "uncited" where it only claims.
    """

    code: str
    says: str
    value: float
    unit: Unit
    kind: Kind
    population: str
    caveat: str
    source: str
    value_to: float | None = None
    n: int | None = None
    year: int | None = None
    evidence_grade: EvidenceGrade = "survey"


_REBUILDING = "Gartner for Sales Leaders, (Re)building Key Account Programs for Growth"
_GUIDE = "Key Account Management: The Ultimate Guide for 2024"
_REVAMP = "Gartner, Key Account Management: Revamp your Key Account Management Strategy"
_CSO = "Gartner, Account Management: CSO Strategies to Drive High Performance"
_ASSOCIATION = (
    "An association found in a survey, not an effect: neither the model behind it nor its error is published."
)
_KAMS = "Key account managers, of whom more than 350 were surveyed"
_OPINION = "What those who were asked said of themselves; the base of this very figure is not told."


def _association(code: str, says: str, value: float, unit: Unit, *, value_to: float | None = None) -> Benchmark:
    return Benchmark(
        code,
        says,
        value,
        unit,
        "association",
        "Suppliers with key accounts; which of the surveys stands behind it is not told",
        _ASSOCIATION,
        _REBUILDING,
        value_to=value_to,
        year=2022,
    )


def _share(code: str, says: str, value: float, population: str, *, n: int | None = None) -> Benchmark:
    caveat = _OPINION if n is None else "What those who were asked said of themselves."
    return Benchmark(code, says, value, "percent", "share", population, caveat, _REBUILDING, n=n, year=2022)


def _claim(code: str, says: str, low: float, high: float, unit: Unit, kind: Kind) -> Benchmark:
    return Benchmark(
        code,
        says,
        low,
        unit,
        kind,
        "Companies in general",
        "Claimed without a source that could be checked.",
        _GUIDE,
        value_to=high,
        year=2024,
        evidence_grade="uncited",
    )


def _planning(code: str, says: str, value: float) -> Benchmark:
    return Benchmark(
        code,
        f"Those who rate their account planning process as {says}",
        value,
        "percent",
        "share",
        "Those who answered for sales organizations; their number is not told",
        _OPINION,
        _REVAMP,
    )


def _skill(code: str, says: str, value: float) -> Benchmark:
    return Benchmark(
        f"skill_{code}",
        f"Those who count {says} among the top skills of key account managers",
        value,
        "percent",
        "share",
        "Those asked for the Richardson 2015 Key Account Management Study; their number is not told",
        "Importance as told, not an effect; quoted at second hand.",
        _GUIDE,
        year=2024,
    )


CURRENT_SPEND: Final = _association(
    "current_spend_selection",
    "Change in the likelihood of increased spend where key accounts are chosen mainly by what they spend now",
    -51.0,
    "percent_change",
)
LONG_STANDING: Final = _association(
    "long_standing_relationship",
    "Change in the likelihood of increased spend where the relationship is a long-standing one",
    -50.0,
    "percent_change",
)
POTENTIAL_FIRST: Final = _association(
    "potential_first_selection",
    "Change in customer spend where key accounts are chosen by willingness to partner and future spend, and not by size"
    " and current spend",
    8.0,
    "percent_change",
)
_LISTED = (
    CURRENT_SPEND,
    LONG_STANDING,
    POTENTIAL_FIRST,
    _association(
        "high_collaboration",
        "Change in what key customers spend, from poor or mediocre to high collaboration between the supplier's"
        " functions",
        215.0,
        "percent_change",
    ),
    _association(
        "partnership_potential_tested",
        "How likely high quota attainment is where large accounts are often or always tested for partnership potential"
        " before they become key accounts",
        3.0,
        "times_as_likely",
    ),
    _association(
        "customer_strategy_contribution",
        "How likely increased spend is where the supplier adds market insight to the customer's strategic plan and"
        " helps to put its strategy into words",
        3.0,
        "times_as_likely",
        value_to=4.0,
    ),
    _share(
        "resources_fully_used",
        "Key account managers whose customers make full use of the resources dedicated to them",
        16.0,
        "Key account managers",
        n=372,
    ),
    _share("quota_missed", "Organizations that miss their quota for key accounts", 58.0, "Organizations"),
    _share(
        "program_rebuilt",
        "Sales organizations that rebuilt their key account program at least once in seven years, for what it failed"
        " to bring",
        79.0,
        "Sales organizations",
    ),
    _share("practices_ineffective", "Those who find their practices ineffective at growing partnerships", 68.0, _KAMS),
    _share("resources_reduced", "Those whose organization ever reduced an underperformer's resources", 32.0, _KAMS),
    _share(
        "healthier_after_reducing",
        "Those who agree that reducing resources made the portfolio healthier",
        41.0,
        "Key account managers whose organization reduced an underperformer's resources",
    ),
    _share("personal_relationships", "Those who get resources mainly through people they know", 76.0, _KAMS),
    Benchmark(
        "higher_growth_expected",
        "Those who expect key accounts to grow faster than other accounts",
        95.0,
        "percent",
        "share",
        "Chief sales officers",
        "An expectation, not a result. 69 chief sales officers were surveyed for the report; whether all of them stand"
        " behind this figure is not told.",
        _REBUILDING,
        year=2022,
    ),
    Benchmark(
        "coordination_limits_strategy",
        "Those whose time for strategy suffers from coordinating inside their own organization",
        66.0,
        "percent",
        "share",
        "Key account managers",
        _OPINION,
        _CSO,
    ),
    Benchmark(
        "accounts_per_manager",
        "Key accounts that one manager looks after, on average",
        7.0,
        "accounts",
        "mean",
        _KAMS,
        "A mean of what is, not of what works; its spread is not told.",
        _REBUILDING,
        value_to=8.0,
        year=2022,
    ),
    _claim(
        "accounts_per_manager_band",
        "Key accounts that one manager should look after",
        5.0,
        10.0,
        "accounts",
        "rule_of_thumb",
    ),
    _claim("key_account_revenue", "Revenue that comes from key accounts", 60.0, 70.0, "percent", "share"),
    _claim("key_account_customers", "Customers that are key accounts", 10.0, 20.0, "percent", "share"),
    _planning("planning_very_effective", "very effective", 8.0),
    _planning("planning_moderately_effective", "moderately effective", 53.0),
    _planning("planning_slightly_effective", "slightly effective", 31.0),
    _planning("planning_not_effective", "not at all effective", 8.0),
    _skill("experience_and_judgement", "business experience and judgement", 98.0),
    _skill("collaboration", "collaboration across business units", 96.0),
    _skill("customer_service", "customer service management", 94.0),
    _skill("strategic_planning", "strategic planning", 91.0),
    _skill("innovation", "innovation", 90.0),
    _skill("project_management", "project management", 88.0),
    Benchmark(
        "returns_priority",
        "Those for whom higher returns from key accounts are a priority",
        70.0,
        "percent",
        "share",
        "Chief sales officers",
        _OPINION,
        _CSO,
    ),
    _share(
        "manager_over_program",
        "Those who hold key account managers for at least as important to growing revenue as the program",
        82.0,
        "Chief sales officers",
    ),
)
BENCHMARKS: Final[Mapping[str, Benchmark]] = {each.code: each for each in _LISTED}
