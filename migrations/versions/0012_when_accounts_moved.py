"""The day of every move of an account, which may lie before the day on which it was told."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

UNTIL_NOW = "UPDATE lifecycle_moves SET moved_on = CAST(created_at AT TIME ZONE 'UTC' AS date)"


def upgrade() -> None:
    op.add_column("lifecycle_moves", sa.Column("moved_on", sa.Date(), nullable=True))
    op.execute(UNTIL_NOW)
    op.alter_column("lifecycle_moves", "moved_on", nullable=False)


def downgrade() -> None:
    op.drop_column("lifecycle_moves", "moved_on")
