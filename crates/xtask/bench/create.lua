-- POSTs of records; BENCH_REFUSED=1 repeats one value in exactly one of a hundred requests of each thread.
local key = os.getenv("BENCH_KEY")
local path = os.getenv("BENCH_PATH")
local run = os.getenv("BENCH_RUN")
local refuses = os.getenv("BENCH_REFUSED") == "1"
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
if key then wrk.headers["Authorization"] = "Bearer " .. key end

local threads = 0
function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end
local count = 0
function request()
  count = count + 1
  local value = run .. "-" .. number .. "-" .. count
  if refuses and count % 100 == 0 then value = "taken" end
  local body = '{"field1":"' .. value .. '","field2":' .. (count % 1000) .. ',"field3":{"nested":"object"}}'
  return wrk.format("POST", path, nil, body)
end
dofile(os.getenv("BENCH_FIGURES"))
