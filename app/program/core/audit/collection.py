"""Decides whether key accounts make a program or are only a collection, and which of its links breaks first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from app.program.core.audit.parts import CHAIN

Verdict = Literal["program", "on_the_way", "collection", "unknown"]
PROGRAM_SHARE: Final = 0.8  # of the key accounts that have all links (ours)
COLLECTION_SHARE: Final = 0.2


@dataclass(frozen=True, slots=True)
class Link:
    """One link: how many key accounts have it, and the places of those that do not."""

    code: str
    share: float
    lacking: Sequence[int]


@dataclass(frozen=True, slots=True)
class Collection:
    """The verdict; complete: accounts with all links. breaks_first: None where every account has every link."""

    verdict: Verdict
    accounts: int
    complete: int
    links: Sequence[Link]
    breaks_first: Link | None


def collection(facts: Mapping[str, Sequence[bool]], accounts: int) -> Collection:
    """What key accounts are together, by what each of them has.

    facts: by link (see CHAIN), per account whether it is there. It is a program when at least 0.8 of the accounts have
    all links, a collection when at most 0.2 do; without accounts it is not known. The link that the fewest accounts
    have breaks first; of equal ones the earlier, on which the later rest.
    """
    if not accounts:
        return Collection("unknown", 0, 0, [], None)
    links = [_link(code, facts[code]) for code in CHAIN]
    complete = sum(all(facts[code][row] for code in CHAIN) for row in range(accounts))
    weakest = min(links, key=lambda link: link.share)
    return Collection(_verdict(complete / accounts), accounts, complete, links, weakest if weakest.lacking else None)


def _link(code: str, there: Sequence[bool]) -> Link:
    lacking = [row for row, one in enumerate(there) if not one]
    return Link(code, 1.0 - len(lacking) / len(there), lacking)


def _verdict(share: float) -> Verdict:
    if share >= PROGRAM_SHARE:
        return "program"
    return "collection" if share <= COLLECTION_SHARE else "on_the_way"
