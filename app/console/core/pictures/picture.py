"""What a picture is: an option for the charting library, and the same figures as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; href: where it leads, within the console. mark: one of the classes of `console.css`."""

    text: str
    href: str | None = None
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class FigureTable:
    """The figures of a picture, for whoever reads rather than looks.

    columns: (heading, whether its cells are numbers). rows: as many cells each as there are columns.
    """

    columns: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[Cell | str]]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture.

    name: its own on the page, in kebab-case. title: what it shows. summary: what somebody who cannot see it should
    know, in a sentence or two. option: of ECharts, as JSON has it. A text such as `var(--tier-1)` stands for the colour
    of that name, in light or dark; a datum may have `tip` ({"title": …, "lines": [[label, value], …], "note": …}),
    shown while it is pointed at, and `href`, a page of the console that a click leads to. height: `tall` or `short`.
    """

    name: str
    title: str
    summary: str
    option: Mapping[str, Any]
    table: FigureTable
    height: str = "tall"
