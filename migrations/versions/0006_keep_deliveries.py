"""Deliveries of CRMs are kept in one round trip."""

from alembic import context, op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Enters the tenant, as every transaction does, and works under its policies.
#
# The row of each connection is locked first, in an order that is the same for all. So a secret that was replaced before
# is not taken any more (the version says so), two processes that are told the same see each other's (each statement
# here sees what was committed before it began), and a drain, which begins by changing that row, either finds these
# hints or has not begun, and then the job that is queued here is another one than its own.
#
# Told of are events with the place of their delivery, from 1. Those that were kept before are left out by their digest,
# and so are deliveries that tell nothing else; hints of one record come to one row.
#
# Returned are the connections, each with its present version, and the events that are new, each with whether another
# one bears the same identity. Not even an empty INSERT is said where a drain waits already: it would wake all workers.
#
# An identity is looked up as the next one in order: that has one index only that can find it, as nothing may be sorted.
# On a table of which the planner has no statistics yet, it would take equality to any index that begins with the
# connection, and read all of its events.
KEEP_DELIVERIES = """
CREATE FUNCTION keep_deliveries(
    tenant_given uuid,
    delivery_ids uuid[], connection_ids uuid[], versions integer[], content_types text[], bodies bytea[],
    event_counts smallint[],
    event_ids uuid[], places integer[], positions smallint[], identities text[], digests bytea[], objects text[],
    external_ids text[], changes text[], occurred timestamptz[], details text[], states text[], reasons text[],
    conflicts boolean[], job_given text)
RETURNS TABLE (kept_id uuid, present_version integer, conflicting boolean)
LANGUAGE plpgsql VOLATILE
SET enable_sort = off SET enable_seqscan = off SET enable_bitmapscan = off SET lock_timeout = '1500ms'
AS $$
DECLARE
    one record;
    present jsonb := '{}';
    to_drain text[] := '{}';
    payloads bytea[] := '{}';
    fresh uuid[];
    contradicting uuid[];
    heard uuid[];
    waiting uuid[];
BEGIN
    PERFORM set_config('app.tenant_id', tenant_given::text, true);
    FOR one IN
        SELECT c.id, c.version FROM crm_connections c
        WHERE c.tenant_id = tenant_given AND c.id = ANY(connection_ids) ORDER BY c.id FOR NO KEY UPDATE
    LOOP
        present := present || jsonb_build_object(one.id::text, one.version);
        kept_id := one.id; present_version := one.version; conflicting := NULL;
        RETURN NEXT;
    END LOOP;

    WITH told AS (
        SELECT t.*, connection_ids[t.place] AS connection_id, delivery_ids[t.place] AS delivery_id
        FROM unnest(event_ids, places, positions, identities, digests, objects, external_ids, changes, occurred,
                    details, states, reasons, conflicts)
            AS t(id, place, position, identity, digest, object, external_id, change, occurred_at, detail, state,
                 reason, conflict)
        WHERE (present ->> connection_ids[t.place]::text)::integer = versions[t.place]
    ), kept AS (
        INSERT INTO crm_events (tenant_id, id, connection_id, delivery_id, position, identity, digest, object,
                                external_id, change, occurred_at, detail, state, reason, conflict, settled_at)
        SELECT tenant_given, t.id, t.connection_id, t.delivery_id, t.position, t.identity, t.digest, t.object,
               t.external_id, t.change, t.occurred_at, t.detail::jsonb, t.state, t.reason,
               t.conflict OR coalesce(other.identity = t.identity, false), CASE WHEN t.state <> 'waiting' THEN now() END
        FROM told t LEFT JOIN LATERAL (
            SELECT e.identity FROM crm_events e
            WHERE e.tenant_id = tenant_given AND e.connection_id = t.connection_id AND e.identity >= t.identity
            ORDER BY e.identity LIMIT 1) other ON true
        ORDER BY t.connection_id, t.digest, t.place, t.position
        ON CONFLICT (tenant_id, connection_id, digest) DO NOTHING
        RETURNING id, connection_id, delivery_id, object, external_id, state, conflict
    ), deliveries AS (
        INSERT INTO crm_deliveries (tenant_id, id, connection_id, content_type, body, bytes, events)
        SELECT tenant_given, d.id, d.connection_id, d.content_type, d.body, octet_length(d.body), d.events
        FROM unnest(delivery_ids, connection_ids, content_types, bodies, event_counts)
            AS d(id, connection_id, content_type, body, events)
        WHERE d.id IN (SELECT delivery_id FROM kept)
    ), hints AS (
        INSERT INTO crm_hints (tenant_id, connection_id, object, external_id, heard)
        SELECT tenant_given, k.connection_id, k.object, k.external_id, count(*) FROM kept k
        WHERE k.state = 'waiting' AND k.object IS NOT NULL AND k.external_id IS NOT NULL
        GROUP BY k.connection_id, k.object, k.external_id ORDER BY k.connection_id, k.object, k.external_id
        ON CONFLICT (tenant_id, connection_id, object, external_id)
        DO UPDATE SET heard = crm_hints.heard + excluded.heard, updated_at = now()
    )
    SELECT array_agg(k.id), array_agg(k.id) FILTER (WHERE k.conflict), array_agg(DISTINCT k.connection_id),
           array_agg(DISTINCT k.connection_id) FILTER (WHERE k.state = 'waiting')
    INTO fresh, contradicting, heard, waiting FROM kept k;
    IF fresh IS NULL THEN RETURN; END IF;
    RETURN QUERY SELECT f.id, NULL::integer, f.id = ANY(coalesce(contradicting, '{}')) FROM unnest(fresh) AS f(id);

    IF contradicting IS NOT NULL THEN
        UPDATE crm_events SET conflict = true, version = version + 1, updated_at = now()
        WHERE tenant_id = tenant_given AND NOT conflict AND id IN (
            SELECT other.id FROM crm_events n, LATERAL (
                SELECT e.id, e.identity FROM crm_events e
                WHERE e.tenant_id = tenant_given AND e.connection_id = n.connection_id AND e.identity >= n.identity
                ORDER BY e.identity LIMIT 20) other
            WHERE n.tenant_id = tenant_given AND n.id = ANY(contradicting) AND other.identity = n.identity);
    END IF;

    UPDATE crm_connections SET last_event_at = now()
    WHERE tenant_id = tenant_given AND id = ANY(heard)
      AND (last_event_at IS NULL OR last_event_at < now() - interval '1 second');

    FOR one IN
        SELECT c.id, job_given || ' ' || c.id || ' ' || c.drain_turn AS key FROM crm_connections c
        WHERE c.tenant_id = tenant_given AND c.id = ANY(waiting) AND c.state = 'active'
    LOOP
        IF NOT EXISTS (SELECT FROM pgqueuer q WHERE q.dedupe_key = one.key AND q.status IN ('queued', 'picked')) THEN
            to_drain := to_drain || one.key;
            payloads := payloads || convert_to(
                json_build_object('tenant_id', tenant_given, 'connection_id', one.id)::text, 'UTF8');
        END IF;
    END LOOP;
    IF to_drain <> '{}' THEN
        WITH queued AS (
            INSERT INTO pgqueuer (priority, entrypoint, payload, dedupe_key, status)
            SELECT 0, job_given, j.payload, j.key, 'queued' FROM unnest(to_drain, payloads) AS j(key, payload)
            ON CONFLICT (dedupe_key) WHERE status IN ('queued', 'picked') AND dedupe_key IS NOT NULL DO NOTHING
            RETURNING id)
        INSERT INTO pgqueuer_log (job_id, status, entrypoint, priority) SELECT q.id, 'queued', job_given, 0 FROM queued q;
    END IF;
END $$
"""
SIGNATURE = (
    "keep_deliveries(uuid, uuid[], uuid[], integer[], text[], bytea[], smallint[], uuid[], integer[], smallint[], text[],"
    " bytea[], text[], text[], text[], timestamptz[], text[], text[], text[], boolean[], text)"
)


def upgrade() -> None:
    role = context.config.attributes.get("role", "kap_app")
    op.execute(KEEP_DELIVERIES)
    op.execute(f"REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {SIGNATURE} TO {role}")


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {SIGNATURE}")
