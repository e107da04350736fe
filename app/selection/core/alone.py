"""The Score of one account that is scored by itself: what the arrays of `score` and `answer` say, at a tenth of their cost.

Made for the commonest request of all. Whatever is unusual about an account's inputs (something to refuse or to remark
on) is left to the arrays. Meanings and sources stand there; the tests hold both to the same answers.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.scoring.core.inputs import Column, Input
from app.scoring.core.single_values import NAN, Single, single
from app.scoring.core.value_functions import Boolean, Categories, Rating, ValueFunction
from app.scoring.core.weighted_score import LENT_UTILITY
from app.selection.core.alone_tiers import NextTier, Standing, quadrant, tier_code
from app.selection.core.model import Criterion, SelectionModel
from app.selection.core.score import weighings
from app.selection.core.tiering import GATE_TOLERANCE

Answer = dict[str, object]
