-- Version 2. A renewal that comes after its lease was given back, by another connection, does not bring it back: what ends at 0 is nobody's any more. That is looked at where the row is locked: a release that commits
-- while this waits for it counts, too. A server of version 1 that is running meanwhile calls the same function.

CREATE OR REPLACE FUNCTION renew_leases(p_node text, p_incarnation bigint, p_length_ms bigint, p_shards integer[], p_epochs bigint[], OUT is_member boolean, OUT renewed integer[])
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM members m WHERE m.node = p_node AND m.incarnation = p_incarnation FOR KEY SHARE;
    is_member := FOUND;
    renewed := '{}';
    IF is_member THEN
        WITH moved AS (
            UPDATE leases l SET until = clock_timestamp() + p_length_ms * interval '1 millisecond'
            FROM unnest(p_shards, p_epochs) AS g (shard, epoch) JOIN fences f ON f.shard = g.shard AND f.epoch = g.epoch
            WHERE l.shard = g.shard AND l.node = p_node AND l.incarnation = p_incarnation AND l.until > to_timestamp(0) RETURNING l.shard)
        SELECT coalesce(array_agg(moved.shard), '{}') INTO renewed FROM moved;
    END IF;
END $$;
