\set n random(1, :rows)
\set m :n
SELECT id, field1, field2, field3, created_at, updated_at FROM resource WHERE (created_at, id) < (timestamptz '2025-01-01 00:00:00Z' + :n * interval '1 millisecond', lpad(to_hex(:m::bigint), 32, '0')::uuid) ORDER BY created_at DESC, id DESC LIMIT 20;
