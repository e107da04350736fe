"""What an account takes over from one that was merged into it; and which score the next one is held against."""

import sqlalchemy as sa
from alembic import context, op

from app.infra.policies import protect, unprotect

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("scores", sa.Column("told_id", sa.Uuid(), nullable=True))
    op.alter_column("lifecycle_moves", "key_id", nullable=True)
    op.create_table(
        "merged_rows",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("until_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("merged_rows_tenant_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "row_id", "account_id", name=op.f("merged_rows_pkey")),
    )
    op.create_index("merged_rows_account_id_idx", "merged_rows", ["tenant_id", "account_id"])
    protect(op, context.config.attributes.get("role", "kap_app"), ("merged_rows",), append_only=True)


def downgrade() -> None:
    unprotect(op, ("merged_rows",))
    op.drop_table("merged_rows")
    # A move that nobody's key made was made by a merge, and a release before this one knows of none.
    op.execute("ALTER TABLE lifecycle_moves NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM lifecycle_moves WHERE key_id IS NULL")
    op.execute("ALTER TABLE lifecycle_moves FORCE ROW LEVEL SECURITY")
    op.alter_column("lifecycle_moves", "key_id", nullable=False)
    op.drop_column("scores", "told_id")
