"""What is checked of every page by looking at its document: names, headings, landmarks, and what can be read at all."""

from pathlib import Path

LOOKING = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


async def problems_of(page) -> list[str]:
    """What somebody with a screen reader or a keyboard would miss on the page."""
    found: list[str] = await page.evaluate(f"{LOOKING.rstrip()}.problems()")
    return found


async def contrast(page) -> float:
    """The least contrast of any text on the page; 4.5 is asked for, at least."""
    found: float = await page.evaluate(f"{LOOKING.rstrip()}.contrast()")
    return found
