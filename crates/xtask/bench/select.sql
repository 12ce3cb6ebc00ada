\set n random(1, :rows)
SELECT id, field1, field2, field3, created_at, updated_at FROM resource WHERE id = lpad(to_hex(:n::bigint), 32, '0')::uuid;
