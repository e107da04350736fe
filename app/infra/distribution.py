"""How the tables are spread when organizations are spread over nodes: by the organization, save for a few."""

from collections.abc import Iterable, Mapping
from typing import Final

# What each row of an organization is kept by, and all that belongs together is found by.
BY: Final = "tenant_id"
# Small, and asked before it is known whose a request is: every node holds all of them.
REFERENCE: Final = frozenset({"tenant_directory"})
# Nobody's: they stay on the node that is asked.
LOCAL: Final = frozenset(
    {"alembic_version", "pgqueuer", "pgqueuer_log", "pgqueuer_schedules", "pgqueuer_statistics"}
)  # fmt: skip


def statements(tables: Iterable[str], refers: Mapping[str, Iterable[str]]) -> list[str]:
    """What Citus is told once the tables are made, in an order in which nothing refers to what is not spread yet.

    refers: to which tables each one's foreign keys lead; to itself does not count.
    """
    ordered: list[str] = []
    waiting = sorted(set(tables) - LOCAL - REFERENCE)
    while waiting:
        ready = [name for name in waiting if not set(refers.get(name, ())) - {name} - set(ordered) - REFERENCE]
        if not ready:
            raise ValueError(f"these refer to each other in a circle: {', '.join(waiting)}")
        ordered += ready
        waiting = [name for name in waiting if name not in ready]
    reference = [f"SELECT create_reference_table('{name}');" for name in sorted(REFERENCE)]
    first = ordered[:1]
    return [
        *reference,
        *(f"SELECT create_distributed_table('{name}', '{BY}');" for name in first),
        *(f"SELECT create_distributed_table('{name}', '{BY}', colocate_with => '{first[0]}');" for name in ordered[1:]),
    ]
