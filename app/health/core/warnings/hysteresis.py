"""When warnings open and when they are over: at once the one, after two clean days the other."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.metrics.core.measured import Counts, Days, Mask

CLEAN_DAYS: Final = 2
Bits = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the warnings stand, (accounts, rules) each.

    live: not resolved. held: one bit per way that held when it was last seen. clean_days: days in a row on which it was
    not found. evaluated_on: the last day on which that was known, NaT before the first.
    """

    live: Mask
    held: Bits
    clean_days: Counts
    evaluated_on: Days


@dataclass(frozen=True, slots=True)
class Step:
    """What a day's evaluation makes of the warnings, (accounts, rules) each.

    opened, cleared: what begins and what is over. seen: what holds, newly or still. evaluated: what is known of live
    ones, so that their rows change.
    """

    standing: Standing
    opened: Mask
    cleared: Mask
    seen: Mask
    evaluated: Mask


def untouched(accounts: int, rules: int) -> Standing:
    """No warning, and none ever."""
    shape = accounts, rules
    return Standing(
        live=np.zeros(shape, dtype=np.bool_),
        held=np.zeros(shape, dtype=np.int64),
        clean_days=np.zeros(shape, dtype=np.int64),
        evaluated_on=np.full(shape, np.datetime64("NaT"), dtype="datetime64[D]"),
    )


def stepped(before: Standing, opens: Bits, goes_on: Bits, unknown: Bits, day: date) -> Step:
    """The warnings after the evaluation of a day.

    opens, goes_on, unknown: as in `Findings`. A live warning is seen while a way goes on that held, or another begins;
    it is clean once every way that held is known not to go on, and cleared with the second clean day. Evaluations of
    one day count once, and the last of them is what the day says. What was evaluated for a later day stays as it is.
    """
    today = np.datetime64(day, "D")
    open_to = np.isnat(before.evaluated_on) | (before.evaluated_on <= today)
    going = (goes_on & before.held) | opens
    unsaid = unknown & before.held & ~going
    opened = open_to & ~before.live & (opens != 0)
    still = open_to & before.live & (going != 0)
    clean = open_to & before.live & (going == 0) & (unsaid == 0)

    counted = np.where(before.evaluated_on < today, before.clean_days + 1, np.maximum(before.clean_days, 1))
    clean_days = np.where(clean, counted, np.where(opened | still, 0, before.clean_days))
    cleared = clean & (clean_days >= CLEAN_DAYS)
    evaluated = opened | still | clean
    after = Standing(
        live=(before.live | opened) & ~cleared,
        held=np.where(opened, opens, np.where(still, going | unsaid, before.held)),
        clean_days=clean_days,
        evaluated_on=np.where(evaluated, today, before.evaluated_on),
    )
    return Step(after, opened=opened, cleared=cleared, seen=opened | still, evaluated=evaluated)
