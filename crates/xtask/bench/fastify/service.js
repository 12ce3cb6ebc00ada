// A minimal service as one writes it by hand: two processes, a pool in each, named (prepared) statements, schemas for
// bodies and answers. No keys, no limits, no log.
"use strict";
const cluster = require("node:cluster");
const { randomUUID } = require("node:crypto");

const PROCESSES = 2;
if (cluster.isPrimary) {
  for (let count = 0; count < PROCESSES; count += 1) cluster.fork();
  cluster.on("exit", () => process.exit(1));
  process.on("SIGTERM", () => process.exit(0));
  return;
}

const { Pool } = require("pg");
const pool = new Pool({ connectionString: process.env.BENCH_DATABASE, max: 32 });
const COLUMNS = "id, field1, field2, field3, created_at, updated_at";
const record = {
  type: "object",
  properties: {
    id: { type: "string" },
    field1: { type: "string" },
    field2: { type: "integer" },
    field3: { type: "object", properties: { nested: { type: "string" } } },
    created_at: { type: "string" },
    updated_at: { type: "string" },
  },
};
const body = {
  type: "object",
  additionalProperties: false,
  required: ["field1", "field2", "field3"],
  properties: {
    field1: { type: "string", maxLength: 255 },
    field2: { type: "integer" },
    field3: { type: "object", required: ["nested"], properties: { nested: { type: "string" } } },
  },
};

// Ordered by time, as the ids of the table's document are.
function identifier() {
  const time = Date.now().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

const app = require("fastify")({ logger: false });
app.post("/resource", { schema: { body, response: { 200: record } } }, async (request) => {
  const { field1, field2, field3 } = request.body;
  const { rows } = await pool.query({
    name: "create",
    text: `INSERT INTO resource (id, field1, field2, field3) VALUES ($1, $2, $3, $4) RETURNING ${COLUMNS}`,
    values: [identifier(), field1, field2, field3],
  });
  return rows[0];
});
app.get("/resource/:id", { schema: { response: { 200: record } } }, async (request, reply) => {
  const { rows } = await pool.query({
    name: "read",
    text: `SELECT ${COLUMNS} FROM resource WHERE id = $1`,
    values: [request.params.id],
  });
  if (rows.length === 0) return reply.code(404).send({});
  return rows[0];
});
app.get("/resource", { schema: { response: { 200: { type: "array", items: record } } } }, async (request) => {
  const { rows } = await pool.query({
    name: "list",
    text: `SELECT ${COLUMNS} FROM resource WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT 20`,
    values: [request.query.before, request.query.id],
  });
  return rows;
});
app.listen({ port: Number(process.env.BENCH_PORT), host: "127.0.0.1" });
