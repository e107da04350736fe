"""A run's scores are found the best first, those without one last: the order in which its results are read."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BEST_FIRST = (sa.text("composite DESC NULLS LAST"), sa.text("id DESC"), "tier")


def upgrade() -> None:
    _exchange("scores_run_id_composite_id_idx", "scores_run_id_best_first_idx", *BEST_FIRST)


def downgrade() -> None:
    _exchange("scores_run_id_best_first_idx", "scores_run_id_composite_id_idx", "composite", "id")


def _exchange(old: str, new: str, *columns: sa.TextClause | str) -> None:
    """While others go on writing; an index that an interrupted attempt left unfinished makes room first."""
    with op.get_context().autocommit_block():
        op.drop_index(new, table_name="scores", postgresql_concurrently=True, if_exists=True)
        op.create_index(new, "scores", ["tenant_id", "run_id", *columns], postgresql_concurrently=True)
        op.drop_index(old, table_name="scores", postgresql_concurrently=True, if_exists=True)
