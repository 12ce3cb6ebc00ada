-- Counts one request against every meter, or against none where one refuses.
--
-- The same as crates/app/src/limits/window.rs, where the rules are explained: runs of requests that leave the window
-- together, and a bucket for the burst. Times are microseconds of this server's own clock, so that the servers' clocks
-- need not agree.
--
-- KEYS: one for each meter.
-- ARGV[1]: the time, or nothing for this server's own. Then for each meter: requests, window, burst (0 for none).
-- Answer: the first meter that refused (0 for none), microseconds until all admit, then for each meter what is left and
-- the microseconds until there is more; at last the time.
local PARTS = 127
local OVERTAKEN = 1000000

local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

-- A meter as it stands now: what has left the window is gone, what the bucket got back is there.
local function read(i)
  local m = {
    key = KEYS[i],
    requests = tonumber(ARGV[3 * i - 1]),
    window = tonumber(ARGV[3 * i]),
    burst = tonumber(ARGV[3 * i + 1]),
    now = now, newest = now, debt = 0, span = 0, total = 0, ends = {}, counts = {},
  }
  local packed = redis.call('GET', m.key)
  if not packed then
    return m
  end
  -- newest, debt, span, then end and count of each run, oldest first
  local state = cmsgpack.unpack(packed)
  -- The clock was put back: everything is as long ago as it was, by the new time.
  local back = 0
  if state[1] - now > OVERTAKEN then
    back = state[1] - now
  end
  local newest = state[1] - back
  m.now = math.max(now, newest)
  for j = 4, #state, 2 do
    local ended = state[j] - back
    if m.now - ended < m.window then
      m.ends[#m.ends + 1] = ended
      m.counts[#m.counts + 1] = state[j + 1]
      m.total = m.total + state[j + 1]
    end
  end
  if m.total > 0 then
    m.newest = newest
    m.span = state[3]
    m.debt = math.max(0, state[2] - (m.now - newest) * m.requests / m.window)
  end
  return m
end

-- Microseconds until it admits one more; 0 for now.
local function wait(m)
  local longest = 0
  local excess = m.total + 1 - m.requests
  if excess > 0 then
    for j = 1, #m.ends do
      excess = excess - m.counts[j]
      if excess <= 0 then
        longest = m.window - (m.now - m.ends[j])
        break
      end
    end
  end
  if m.burst > 0 then
    local missing = m.debt + 1 - m.burst
    if missing > 1e-9 then
      longest = math.max(longest, math.ceil(missing * m.window / m.requests))
    end
  end
  return longest
end

-- What is left now, and the microseconds until there is more.
local function left(m)
  local requests, more = math.max(0, m.requests - m.total), 0
  if m.total > 0 then
    more = m.window - (m.now - m.ends[1])
  end
  if m.burst == 0 then
    return requests, more
  end
  local tokens = math.floor(m.burst - m.debt + 1e-9)
  local refill = 0
  if m.debt > 1e-9 then
    refill = math.ceil((m.debt - (m.burst - tokens - 1)) * m.window / m.requests)
  end
  if tokens < requests then
    return math.max(0, tokens), refill
  elseif tokens > requests then
    return requests, more
  end
  return requests, math.max(more, refill)
end

local function add(m)
  local part = 0
  if m.requests > PARTS then
    part = math.floor(m.window / PARTS)
  end
  local span = m.span + (m.now - m.newest)
  local runs = #m.ends
  if runs > 0 and span <= part then
    m.ends[runs], m.counts[runs], m.span = m.now, m.counts[runs] + 1, span
  else
    m.ends[runs + 1], m.counts[runs + 1], m.span = m.now, 1, 0
  end
  if m.burst > 0 then
    m.debt = m.debt + 1
  end
  m.newest = m.now
  m.total = m.total + 1
  local state = { m.newest, m.debt, m.span }
  for j = 1, #m.ends do
    state[#state + 1] = m.ends[j]
    state[#state + 1] = m.counts[j]
  end
  redis.call('SET', m.key, cmsgpack.pack(state), 'PX', math.ceil(m.window / 1000) + 1)
end

local meters, refused, longest = {}, 0, 0
for i = 1, #KEYS do
  local m = read(i)
  meters[i] = m
  local waits = wait(m)
  if waits > 0 then
    if refused == 0 then
      refused = i
    end
    longest = math.max(longest, waits)
  end
end

local answer = { refused, longest }
for i = 1, #meters do
  if refused == 0 then
    add(meters[i])
  end
  local requests, more = left(meters[i])
  answer[#answer + 1] = requests
  answer[#answer + 1] = more
end
answer[#answer + 1] = now
return answer
