\set r random(1, 9000000000000000000)
\set n random(1, 1000000000)
\set k random(0, 999)
INSERT INTO resource (id, field1, field2, field3) VALUES ((lpad(to_hex((date_part('epoch', clock_timestamp()) * 1000000)::bigint), 16, '0') || lpad(to_hex(:r::bigint), 16, '0'))::uuid, 'value ' || :n, :k, '{"nested":"object"}') RETURNING id, field1, field2, field3, created_at, updated_at;
