"""How the audit of the program is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from app.program.core.audit.collection import Link
from app.program.core.audit.judging import Checked, Judged
from app.program.core.audit.maturity import ENOUGH, PLANNING, SKILLS, Rated
from app.program.core.audit.parts import BREAKS, QUESTIONS
from app.program.schemas.stated import Mandate
from app.program.service.audit import Told, lacking
from app.program.service.benchmark_sets import Listed

_DIGITS: Final = 4
_MOST_LACKING: Final = 10
SALES: Final = "sales"


class Shown:
    """An audit with the published figures beside it, each part as the wire has it."""

    def __init__(self, told: Told, benchmarks: Sequence[Listed]) -> None:
        self.told = told
        self.benchmarks: dict[str, list[Listed]] = {}
        for one in benchmarks:
            self.benchmarks.setdefault(one.benchmark.code, []).append(one)
        self.names = dict(told.names)

    def whole(self) -> dict[str, Any]:
        """The answer."""
        told, found = self.told, self.told.found
        mandate = told.mandate
        return {
            "as_of": told.as_of,
            "simulated": told.simulated,
            "key_accounts": len(told.names),
            "requirements": [self._requirement(one) for one in found.requirements],
            "questions": [_question(one) for one in found.questions],
            "elements": [_element(one) for one in found.elements],
            "minimum_viable": [_element(one) for one in found.minimum],
            "collection_or_program": self._collection(),
            "maturity": [_rated(part.code, told.said.maturity) for part in QUESTIONS],
            "skills": self._skills(),
            "planning": self._planning(),
            "raters": _raters(told.said.functions),
            "rebuilds": {**asdict(told.rebuilding), "benchmark": self._published("program_rebuilt")},
            "mandate": None if mandate is None else {name: mandate[name] for name in Mandate.model_fields},
            "next_actions": [
                {
                    "requirement": part.code,
                    "check": gap.check.code,
                    "challenge": _said(gap),
                    "action": gap.check.remedy,
                    "evidence": f"GET {gap.check.evidence}",
                    "open_actions": told.open_actions.get(part.code, 0),
                }
                for part, gap in found.next_actions
            ],
        }

    def _requirement(self, one: Judged) -> dict[str, Any]:
        return {
            "code": one.part.code,
            "says": one.part.says,
            "status": one.status,
            "challenges": [_said(gap) for gap in one.gaps],
            "remedies": [gap.check.remedy for gap in one.gaps],
            "open_actions": self.told.open_actions.get(one.part.code, 0),
            "checks": [self._check(checked) for checked in one.checks],
        }

    def _check(self, one: Checked) -> dict[str, Any]:
        check, figure = one.check, one.figure
        return {
            **{name: getattr(check, name) for name in ("code", "says", "unit", "at_least")},
            "value": _rounded(figure.value),
            "count": figure.count,
            "of": figure.of,
            "holds": one.holds,
            "challenge": None if one.holds else _said(one),
            "remedy": None if one.holds else check.remedy,
            "evidence": f"GET {check.evidence}",
            "lacking": self._accounts(check.code) if check.accounts else [],
            "beside": [self._beside(each, one) for each in self.benchmarks.get(check.benchmark or "", [])],
        }

    def _accounts(self, code: str) -> list[dict[str, Any]]:
        found = lacking(self.told, code)[:_MOST_LACKING]
        return [{"account_id": one, "account_name": self.names[one]} for one in found]

    def _beside(self, listed: Listed, one: Checked) -> dict[str, Any]:
        benchmark, value = listed.benchmark, one.figure.value
        comparable = benchmark.unit == "percent" and one.check.unit == "share" and value is not None
        ours = 100.0 * value if comparable and value is not None else None
        low, high = benchmark.value, benchmark.value if benchmark.value_to is None else benchmark.value_to
        gap = None if ours is None else ours - min(max(ours, low), high)
        return {"benchmark": _benchmark(listed), "ours": _rounded(ours), "gap": _rounded(gap)}

    def _published(self, code: str) -> dict[str, Any]:
        """The shipped figure, which stands before those that were brought in."""
        return _benchmark(self.benchmarks[code][0])

    def _collection(self) -> dict[str, Any]:
        found = self.told.collection
        weakest = found.breaks_first
        return {
            "verdict": found.verdict,
            "key_accounts": found.accounts,
            "complete": found.complete,
            "share": _rounded(found.complete / found.accounts) if found.accounts else None,
            "links": [_link(one) for one in found.links],
            "breaks_first": None if weakest is None else _link(weakest),
            "lacking": [] if weakest is None else self._accounts(weakest.code),
        }

    def _skills(self) -> list[dict[str, Any]]:
        shown = []
        for name in SKILLS:
            one = _rated(name, self.told.said.skills)
            gap = None if one["mean"] is None else _rounded(max(0.0, ENOUGH - one["mean"]))
            shown.append({**one, "gap": gap, "importance": self._published(f"skill_{name}")})
        return sorted(shown, key=lambda one: -1.0 if one["gap"] is None else one["gap"], reverse=True)

    def _planning(self) -> list[dict[str, Any]]:
        shares = self.told.said.planning
        return [
            {
                "rating": word,
                "share": _rounded(shares.get(word)),
                "benchmark": self._published(f"planning_{word}"),
            }
            for word in reversed(PLANNING)
        ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def _benchmark(listed: Listed) -> dict[str, Any]:
    return {**asdict(listed.benchmark), "benchmark_set": listed.origin}


def _found(one: Checked) -> str:
    figure = one.figure
    if figure.value is None:
        return "not known"
    if figure.of is not None:
        return f"{figure.count} of {figure.of}"
    if one.check.unit == "yes_no":
        return "yes" if one.holds else "no"
    return f"{figure.value:g}"


def _said(one: Checked) -> str:
    """What is wrong with a gap, and of a share with how many; where nothing is known, what that would take."""
    figure = one.figure
    if figure.value is None:
        return one.check.unknown or f"{one.check.says}: {_found(one)}"
    if figure.count is not None and figure.of is not None:
        return f"{one.check.challenge}: {figure.of - figure.count} of {figure.of}"
    return f"{one.check.challenge}: {_found(one)}"


def _question(one: Judged) -> dict[str, Any]:
    return {
        "code": one.part.code,
        "says": one.part.says,
        "answered": one.status == "in_place",
        "status": one.status,
        "evidence": [f"{checked.check.says}: {_found(checked)}" for checked in one.checks if checked.holds],
        "gaps": [_said(gap) for gap in one.gaps],
    }


def _element(one: Judged) -> dict[str, Any]:
    return {"code": one.part.code, "says": one.part.says, "status": one.status, "checks": list(one.part.checks)}


def _link(one: Link) -> dict[str, Any]:
    return {
        "code": one.code,
        "share": _rounded(one.share),
        "lacking": len(one.lacking),
        "breaks": BREAKS[one.code],
    }


def _rated(name: str, rated: Mapping[str, Rated]) -> dict[str, Any]:
    one = rated.get(name)
    if one is None:
        return {"name": name, "mean": None, "spread": None, "ratings": 0, "functions": []}
    return {**asdict(one), "mean": _rounded(one.mean), "functions": list(one.functions)}


def _raters(functions: Sequence[str]) -> dict[str, Any]:
    return {"functions": list(functions), "cross_functional": len(set(functions) - {SALES}) > 1}
