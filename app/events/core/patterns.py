"""Which types of events a pattern means: one type by its name, a family such as `warning.*`, or `*` for all."""

from collections.abc import Iterable, Sequence

ALL = "*"
_FAMILY = ".*"
# Told to one endpoint alone, whoever else asks for everything.
TESTED = "webhook_endpoint.tested"


def is_exact(pattern: str) -> bool:
    """Whether the pattern is the name of one type."""
    return not pattern.endswith(ALL)


def matches(pattern: str, type_: str) -> bool:
    """Whether the pattern means the type: `warning.*` is all that begins with `warning.`, of any depth."""
    if pattern == ALL:
        return True
    return type_.startswith(pattern[:-1]) if pattern.endswith(_FAMILY) else type_ == pattern


def wanted(patterns: Sequence[str], types: Iterable[str]) -> list[str]:
    """Those of the types that at least one of the patterns means, in their order."""
    return [type_ for type_ in types if any(matches(pattern, type_) for pattern in patterns)]


def meaningless(patterns: Sequence[str], types: Iterable[str]) -> list[int]:
    """The places (from 0) of the patterns that mean none of the types."""
    known = list(types)
    return [at for at, pattern in enumerate(patterns) if not wanted([pattern], known)]
