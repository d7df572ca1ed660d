-- Version 1. What was once released is never changed: a change is a file of its own, with the next number.
-- Run with the schema of the store first in search_path, in one transaction with the note that it was done.

CREATE TABLE meta (name text PRIMARY KEY, value text NOT NULL);
-- The life of the store: new whenever it was restored from an older copy (SELECT renew_life()).
INSERT INTO meta (name, value) VALUES ('life', replace(gen_random_uuid()::text, '-', ''));

-- Streams by name, in the order of their bytes. reclaimed <= trim: rows up to it are deleted. An append moves last only, which no index covers: pages have room for it.
CREATE SEQUENCE stream_ids AS bigint;
CREATE TABLE streams (
    id bigint PRIMARY KEY, name text COLLATE "C" NOT NULL UNIQUE, last bigint NOT NULL, trim bigint NOT NULL DEFAULT 0, reclaimed bigint NOT NULL DEFAULT 0, last_write_ms bigint NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX streams_to_reclaim ON streams (id) WHERE reclaimed < trim;

-- One row holds the sequences last - count + 1 … last. Payloads are not compressed: most are small, and the writer's time is dear.
CREATE TABLE rows (stream bigint NOT NULL, last bigint NOT NULL, count integer NOT NULL, checksum integer NOT NULL, payload bytea NOT NULL, PRIMARY KEY (stream, last));
ALTER TABLE rows ALTER COLUMN payload SET STORAGE EXTERNAL;
CREATE TABLE snapshots (stream bigint PRIMARY KEY, sequence bigint NOT NULL, checksum integer NOT NULL, payload bytea NOT NULL);
ALTER TABLE snapshots ALTER COLUMN payload SET STORAGE EXTERNAL;
-- Deleted streams whose rows are not deleted yet.
CREATE TABLE graves (stream bigint PRIMARY KEY);

-- A connection that writes: how many groups it has committed, and what came of the last one beyond "all of it". From it is learnt what became of a group whose answer was lost.
CREATE TABLE writers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, node text NOT NULL, groups bigint NOT NULL DEFAULT 0, is_closed boolean NOT NULL DEFAULT false, opened timestamptz NOT NULL DEFAULT clock_timestamp(),
    fenced integer[], refused integer[], refused_ends bigint[], snapshot_ends bigint[], trims bigint[]
) WITH (fillfactor = 20);

-- Who may write a shard. Every group of writes holds the fences of its shards FOR SHARE, so a takeover waits for it, and what comes after the takeover finds another epoch.
CREATE TABLE fences (shard integer PRIMARY KEY, epoch bigint NOT NULL, nonce bigint NOT NULL) WITH (fillfactor = 20);
-- Who should own a shard, until when by this server's clock. Row -1 is for a server that has the whole store for itself.
CREATE TABLE leases (shard integer PRIMARY KEY, node text NOT NULL, incarnation bigint NOT NULL, until timestamptz NOT NULL) WITH (fillfactor = 20);
INSERT INTO leases (shard, node, incarnation, until) VALUES (-1, '', 0, to_timestamp(0));

CREATE SEQUENCE incarnations AS bigint;
CREATE TABLE members (
    node text COLLATE "C" PRIMARY KEY, incarnation bigint NOT NULL, address text NOT NULL, roles text[] NOT NULL, load double precision NOT NULL DEFAULT 0, until timestamptz NOT NULL
) WITH (fillfactor = 20);
-- One row: changed together with members, so that the views of all nodes are one sequence.
CREATE TABLE membership (is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only), number bigint NOT NULL);
INSERT INTO membership (number) VALUES (0);

CREATE FUNCTION ms_until(p_until timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT greatest(0, ceil(extract(epoch FROM p_until - clock_timestamp()) * 1000))::bigint
$$;

-- Opens a writer. The one before it on the same place, if any, is closed: nothing that it may still have under way can commit any more, and what it had committed is told.
-- Waits while a group of it is being committed.
CREATE FUNCTION open_writer(p_node text, p_previous bigint,
    OUT writer bigint, OUT previous_groups bigint, OUT fenced integer[], OUT refused integer[], OUT refused_ends bigint[], OUT snapshot_ends bigint[], OUT trims bigint[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    UPDATE writers w SET is_closed = true WHERE w.id = p_previous
        RETURNING w.groups, w.fenced, w.refused, w.refused_ends, w.snapshot_ends, w.trims INTO previous_groups, fenced, refused, refused_ends, snapshot_ends, trims;
    DELETE FROM writers w WHERE w.id IN (
        SELECT o.id FROM writers o WHERE o.opened < clock_timestamp() - CASE WHEN o.is_closed THEN interval '1 day' ELSE interval '30 days' END FOR UPDATE SKIP LOCKED);
    INSERT INTO writers (node) VALUES (p_node) RETURNING id INTO writer;
END $$;

-- Commits one group of writes, of many streams, or nothing of it. What does not fit is left out and told: shards whose fence is another's (fenced), streams that end elsewhere
-- (refused, by their place, with refused_ends), snapshots ahead of their stream (by snapshot_ends).
CREATE FUNCTION commit_group(p_writer bigint, p_group bigint,
    p_shards integer[], p_epochs bigint[], p_nonces bigint[],
    p_names text[], p_of integer[], p_expected bigint[], p_ends bigint[],
    p_row_of integer[], p_row_lasts bigint[], p_row_counts integer[], p_row_checksums integer[], p_row_payloads bytea[],
    p_snapshot_names text[], p_snapshot_of integer[], p_snapshot_sequences bigint[], p_snapshot_checksums integer[], p_snapshot_payloads bytea[],
    p_trim_names text[], p_trim_of integer[], p_trim_points bigint[],
    p_delete_names text[], p_delete_of integer[],
    OUT fenced integer[], OUT refused integer[], OUT refused_ends bigint[], OUT snapshot_ends bigint[], OUT trims bigint[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    v_held integer[];
    v_ids bigint[];
    v_new bigint[];
    v_at integer := 0;
    v_n integer;
    v_id bigint;
    v_now bigint := (extract(epoch FROM clock_timestamp()) * 1000)::bigint;
BEGIN
    IF current_setting('synchronous_commit') IN ('off', 'local') OR current_setting('fsync') <> 'on' OR current_setting('full_page_writes') <> 'on' THEN
        RAISE EXCEPTION 'fsync, full_page_writes and synchronous_commit have to be on' USING ERRCODE = 'RT002';
    END IF;

    UPDATE writers w SET groups = p_group, fenced = NULL, refused = NULL, refused_ends = NULL, snapshot_ends = NULL, trims = NULL
        WHERE w.id = p_writer AND w.groups = p_group - 1 AND NOT w.is_closed;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'writer % is closed, or group % is not its next', p_writer, p_group USING ERRCODE = 'RT001';
    END IF;

    SELECT coalesce(array_agg(h.shard), '{}') INTO v_held FROM (
        SELECT f.shard FROM unnest(p_shards, p_epochs, p_nonces) AS g (shard, epoch, nonce) JOIN fences f ON f.shard = g.shard AND f.epoch = g.epoch AND f.nonce = g.nonce
        ORDER BY f.shard FOR SHARE OF f) h;
    IF cardinality(v_held) < cardinality(p_shards) THEN
        fenced := ARRAY(SELECT g.shard FROM unnest(p_shards) AS g (shard) WHERE NOT g.shard = ANY (v_held));
    END IF;

    IF cardinality(p_names) > 0 THEN
        v_ids := array_fill(NULL::bigint, ARRAY[cardinality(p_names)]);

        FOR v_n, v_id IN
            UPDATE streams s SET last = g.ends, last_write_ms = v_now FROM unnest(p_names, p_of, p_expected, p_ends) WITH ORDINALITY AS g (name, shard, expected, ends, n)
            WHERE s.name = g.name AND g.expected > 0 AND s.last = g.expected AND (fenced IS NULL OR g.shard = ANY (v_held)) RETURNING g.n, s.id
        LOOP
            v_ids[v_n] := v_id;
        END LOOP;

        IF 0 = ANY (p_expected) THEN
            -- New streams get their numbers beforehand and in order, so that those that were really made can be told by walking along.
            SELECT array_agg(CASE WHEN g.expected = 0 AND (fenced IS NULL OR g.shard = ANY (v_held)) THEN nextval('stream_ids') END ORDER BY g.n)
                INTO v_new FROM unnest(p_of, p_expected) WITH ORDINALITY AS g (shard, expected, n);
            FOR v_id IN
                INSERT INTO streams (id, name, last, last_write_ms)
                SELECT g.id, g.name, g.ends, v_now FROM unnest(v_new, p_names, p_ends) WITH ORDINALITY AS g (id, name, ends, n) WHERE g.id IS NOT NULL ORDER BY g.n
                ON CONFLICT (name) DO NOTHING RETURNING id
            LOOP
                LOOP
                    v_at := v_at + 1;
                    EXIT WHEN v_new[v_at] = v_id;
                END LOOP;
                v_ids[v_at] := v_id;
            END LOOP;
        END IF;

        INSERT INTO rows (stream, last, count, checksum, payload)
            SELECT v_ids[g.n], g.last, g.count, g.checksum, g.payload
            FROM unnest(p_row_of, p_row_lasts, p_row_counts, p_row_checksums, p_row_payloads) AS g (n, last, count, checksum, payload) WHERE v_ids[g.n] IS NOT NULL;

        IF array_position(v_ids, NULL) IS NOT NULL THEN
            SELECT array_agg(g.n::integer ORDER BY g.n), array_agg(coalesce(s.last, 0) ORDER BY g.n) INTO refused, refused_ends
                FROM unnest(v_ids, p_names) WITH ORDINALITY AS g (id, name, n) LEFT JOIN streams s ON s.name = g.name WHERE g.id IS NULL;
        END IF;
    END IF;

    IF cardinality(p_snapshot_names) > 0 THEN
        INSERT INTO snapshots AS o (stream, sequence, checksum, payload)
            SELECT s.id, g.sequence, g.checksum, g.payload
            FROM unnest(p_snapshot_names, p_snapshot_of, p_snapshot_sequences, p_snapshot_checksums, p_snapshot_payloads) AS g (name, shard, sequence, checksum, payload)
            JOIN streams s ON s.name = g.name AND s.last >= g.sequence WHERE fenced IS NULL OR g.shard = ANY (v_held)
            ON CONFLICT (stream) DO UPDATE SET sequence = excluded.sequence, checksum = excluded.checksum, payload = excluded.payload WHERE excluded.sequence >= o.sequence;
        SELECT array_agg(coalesce(s.last, 0) ORDER BY g.n) INTO snapshot_ends FROM unnest(p_snapshot_names) WITH ORDINALITY AS g (name, n) LEFT JOIN streams s ON s.name = g.name;
    END IF;

    IF cardinality(p_trim_names) > 0 THEN
        UPDATE streams s SET trim = least(g.point, s.last) FROM unnest(p_trim_names, p_trim_of, p_trim_points) AS g (name, shard, point)
            WHERE s.name = g.name AND least(g.point, s.last) > s.trim AND (fenced IS NULL OR g.shard = ANY (v_held));
        SELECT array_agg(coalesce(s.trim, 0) ORDER BY g.n) INTO trims FROM unnest(p_trim_names) WITH ORDINALITY AS g (name, n) LEFT JOIN streams s ON s.name = g.name;
    END IF;

    IF cardinality(p_delete_names) > 0 THEN
        WITH gone AS (
            DELETE FROM streams s USING unnest(p_delete_names, p_delete_of) AS g (name, shard) WHERE s.name = g.name AND (fenced IS NULL OR g.shard = ANY (v_held)) RETURNING s.id),
        folded AS (DELETE FROM snapshots o USING gone WHERE o.stream = gone.id)
        INSERT INTO graves (stream) SELECT id FROM gone;
    END IF;

    IF fenced IS NOT NULL OR refused IS NOT NULL OR snapshot_ends IS NOT NULL OR trims IS NOT NULL THEN
        UPDATE writers w SET fenced = commit_group.fenced, refused = commit_group.refused, refused_ends = commit_group.refused_ends,
            snapshot_ends = commit_group.snapshot_ends, trims = commit_group.trims WHERE w.id = p_writer;
    END IF;
END $$;

-- Deletes about so many rows that were let go. True: there is more to do.
CREATE FUNCTION reclaim(p_rows integer) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_stream record;
    v_end bigint;
BEGIN
    FOR v_stream IN SELECT s.id, s.trim FROM streams s WHERE s.reclaimed < s.trim ORDER BY s.id LIMIT 16 LOOP
        SELECT r.last INTO v_end FROM rows r WHERE r.stream = v_stream.id AND r.last <= v_stream.trim ORDER BY r.last OFFSET p_rows LIMIT 1;
        DELETE FROM rows r WHERE r.stream = v_stream.id AND r.last <= coalesce(v_end, v_stream.trim);
        UPDATE streams s SET reclaimed = coalesce(v_end, v_stream.trim) WHERE s.id = v_stream.id AND s.reclaimed < coalesce(v_end, v_stream.trim);
        IF v_end IS NOT NULL THEN
            RETURN true;
        END IF;
    END LOOP;

    FOR v_stream IN SELECT g.stream AS id FROM graves g ORDER BY g.stream LIMIT 16 LOOP
        SELECT r.last INTO v_end FROM rows r WHERE r.stream = v_stream.id ORDER BY r.last OFFSET p_rows LIMIT 1;
        IF v_end IS NOT NULL THEN
            DELETE FROM rows r WHERE r.stream = v_stream.id AND r.last <= v_end;
            RETURN true;
        END IF;
        DELETE FROM rows r WHERE r.stream = v_stream.id;
        DELETE FROM graves g WHERE g.stream = v_stream.id;
    END LOOP;

    RETURN EXISTS (SELECT FROM streams s WHERE s.reclaimed < s.trim) OR EXISTS (SELECT FROM graves);
END $$;

-- To be called after the database was put back to an older copy, before a server is started on it: every log begins a new epoch, so no client resumes on a position that was lost.
CREATE FUNCTION renew_life() RETURNS text LANGUAGE sql SET search_path FROM CURRENT AS $$
    UPDATE meta SET value = replace(gen_random_uuid()::text, '-', '') WHERE name = 'life' RETURNING value
$$;

-- outcome: taken, held or no-member. The caller is a member; the former holder is not asked, it is fenced.
CREATE FUNCTION take_lease(p_shard integer, p_node text, p_incarnation bigint, p_length_ms bigint, p_nonce bigint,
    OUT outcome text, OUT taken_epoch bigint, OUT holder text, OUT holder_incarnation bigint, OUT remaining_ms bigint)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM members m WHERE m.node = p_node AND m.incarnation = p_incarnation FOR KEY SHARE;
    IF NOT FOUND THEN
        outcome := 'no-member';
        RETURN;
    END IF;

    -- Whoever wants the whole store waits here for whoever wants a part of it, and the other way round.
    IF p_shard = -1 THEN
        PERFORM FROM leases l WHERE l.shard = -1 FOR UPDATE;
    ELSE
        PERFORM FROM leases l WHERE l.shard = -1 FOR SHARE;
        INSERT INTO leases (shard, node, incarnation, until) VALUES (p_shard, '', 0, to_timestamp(0)) ON CONFLICT (shard) DO NOTHING;
        PERFORM FROM leases l WHERE l.shard = p_shard FOR UPDATE;
    END IF;

    SELECT l.node, l.incarnation, ms_until(l.until) INTO holder, holder_incarnation, remaining_ms
        FROM leases l JOIN members m ON m.node = l.node AND m.incarnation = l.incarnation
        WHERE (p_shard = -1 OR l.shard IN (-1, p_shard)) AND l.until > clock_timestamp() AND (l.node, l.incarnation) <> (p_node, p_incarnation) ORDER BY l.until DESC LIMIT 1;
    IF FOUND THEN
        outcome := 'held';
        RETURN;
    END IF;

    -- The update waits for a group of the former owner that is being committed.
    INSERT INTO fences AS f (shard, epoch, nonce) VALUES (p_shard, 1, p_nonce)
        ON CONFLICT (shard) DO UPDATE SET epoch = f.epoch + 1, nonce = excluded.nonce RETURNING f.epoch INTO taken_epoch;
    IF p_shard = -1 THEN
        UPDATE fences f SET epoch = f.epoch + 1, nonce = p_nonce WHERE f.shard <> -1;
    ELSE
        UPDATE fences f SET epoch = f.epoch + 1, nonce = p_nonce WHERE f.shard < 0;
    END IF;

    UPDATE leases l SET node = p_node, incarnation = p_incarnation, until = clock_timestamp() + p_length_ms * interval '1 millisecond' WHERE l.shard = p_shard;
    outcome := 'taken';
END $$;

-- What a server that is alone writes under: one fence for each of its writers, -1, -2, … Only under the lease of the whole store.
CREATE FUNCTION open_fences(p_epoch bigint, p_nonce bigint, p_count integer) RETURNS TABLE (shard integer, epoch bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    PERFORM FROM fences f WHERE f.shard = -1 AND f.epoch = p_epoch AND f.nonce = p_nonce FOR SHARE;
    IF FOUND THEN
        INSERT INTO fences AS f (shard, epoch, nonce) SELECT -n, 1, p_nonce FROM generate_series(2, p_count) n
            ON CONFLICT (shard) DO UPDATE SET epoch = f.epoch + 1, nonce = excluded.nonce;
        RETURN QUERY SELECT f.shard, f.epoch FROM fences f WHERE f.shard BETWEEN -p_count AND -1;
    END IF;
END $$;

CREATE FUNCTION renew_leases(p_node text, p_incarnation bigint, p_length_ms bigint, p_shards integer[], p_epochs bigint[], OUT is_member boolean, OUT renewed integer[])
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM members m WHERE m.node = p_node AND m.incarnation = p_incarnation FOR KEY SHARE;
    is_member := FOUND;
    renewed := '{}';
    IF is_member THEN
        WITH moved AS (
            UPDATE leases l SET until = clock_timestamp() + p_length_ms * interval '1 millisecond'
            FROM unnest(p_shards, p_epochs) AS g (shard, epoch) JOIN fences f ON f.shard = g.shard AND f.epoch = g.epoch
            WHERE l.shard = g.shard AND l.node = p_node AND l.incarnation = p_incarnation RETURNING l.shard)
        SELECT coalesce(array_agg(moved.shard), '{}') INTO renewed FROM moved;
    END IF;
END $$;

CREATE FUNCTION announce(p_node text, p_address text, p_roles text[], p_silent_ms bigint, OUT outcome text, OUT self_incarnation bigint, OUT remaining_ms bigint)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM membership FOR UPDATE;
    SELECT m.incarnation, ms_until(m.until) INTO self_incarnation, remaining_ms FROM members m WHERE m.node = p_node FOR UPDATE;
    IF remaining_ms > 0 THEN
        outcome := 'name-taken';
        RETURN;
    END IF;

    DELETE FROM members m WHERE m.node = p_node;
    INSERT INTO members (node, incarnation, address, roles, until)
        VALUES (p_node, nextval('incarnations'), p_address, p_roles, clock_timestamp() + p_silent_ms * interval '1 millisecond') RETURNING incarnation INTO self_incarnation;
    UPDATE membership SET number = number + 1;
    outcome := 'announced';
END $$;

-- outcome: dead, alive or no-member.
CREATE FUNCTION declare_dead(p_node text, p_incarnation bigint, p_by text, p_by_incarnation bigint, p_is_certain boolean, OUT outcome text, OUT remaining_ms bigint)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM membership FOR UPDATE;
    IF NOT EXISTS (SELECT FROM members m WHERE m.node = p_by AND m.incarnation = p_by_incarnation) THEN
        outcome := 'no-member';
        RETURN;
    END IF;

    outcome := 'dead';
    SELECT ms_until(m.until) INTO remaining_ms FROM members m WHERE m.node = p_node AND m.incarnation = p_incarnation FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;

    IF remaining_ms > 0 AND NOT p_is_certain THEN
        outcome := 'alive';
        RETURN;
    END IF;

    DELETE FROM members m WHERE m.node = p_node AND m.incarnation = p_incarnation;
    UPDATE membership SET number = number + 1;
END $$;
