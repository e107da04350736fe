"""How long what stands in the way has stood there: the bands of the ageing report."""

from typing import Final

# The first day of each band; the last one is open. Ours.
BANDS: Final[tuple[int, ...]] = (0, 8, 15, 31, 61)


def band_names() -> list[str]:
    """What the bands are called, youngest first: `0-7` … `61+`."""
    ends = [start - 1 for start in BANDS[1:]]
    return [*(f"{start}-{end}" for start, end in zip(BANDS, ends, strict=False)), f"{BANDS[-1]}+"]
