INSERT INTO resource (id, field1, field2, field3, created_at, updated_at)
SELECT lpad(to_hex(n), 32, '0')::uuid, 'value ' || n, (n / 1000 + n) % 1000, '{"nested":"object"}',
       timestamptz '2025-01-01 00:00:00Z' + n * interval '1 millisecond',
       timestamptz '2025-01-01 00:00:00Z' + n * interval '1 millisecond'
