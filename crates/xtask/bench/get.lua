-- GETs of random paths out of a file; prints one line of figures as JSON.
local key = os.getenv("BENCH_KEY")
if key then wrk.headers["Authorization"] = "Bearer " .. key end
local paths = {}
for line in io.lines(os.getenv("BENCH_PATHS")) do paths[#paths + 1] = line end

local threads = 0
function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end
function init() math.randomseed(os.time() * 97 + number) end
function request() return wrk.format("GET", paths[math.random(#paths)]) end
dofile(os.getenv("BENCH_FIGURES"))
