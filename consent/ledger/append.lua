-- Append one choice to the stream, once.
--
-- KEYS[1]  the stream           KEYS[2]  the event's registration, `<fingerprint> <received at> <stream id>`
-- ARGV[1]  fingerprint          ARGV[2]  received at, ms      ARGV[3]  registration's life, ms
-- ARGV[4…9]  e, i, f, l, c, s: the entry's fields, in this order
-- For a choice that is to stand in an account:
-- KEYS[3]  the account's newest choice, `<record id> <stream id>`
-- ARGV[10]  its life, ms        ARGV[11]  what it must hold before, "" for nothing; absent: anything
--
-- Returns "new", "repeat", "conflict" (another fingerprint), "missing" (no stream) or "moved" (the account holds
-- something else). O(1).
-- The leaf's `t` is set here, from this server's clock and never below that of the entry before: several processes take
-- choices at once, and only here is their order known. It is the time that the entry's own id begins with.

local known = redis.call('GET', KEYS[2])
if known then
  return string.sub(known, 1, #ARGV[1]) == ARGV[1] and 'repeat' or 'conflict'
end
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 'missing'
end
if ARGV[11] and (redis.call('GET', KEYS[3]) or '') ~= ARGV[11] then
  return 'moved'
end

local function add(t, at)
  local leaf = string.gsub(ARGV[7], '"t":%d+', string.format('"t":%.0f', t), 1)
  return redis.pcall('XADD', KEYS[1], 'NOMKSTREAM', at,
    'e', ARGV[4], 'i', ARGV[5], 'f', ARGV[6], 'l', leaf, 'c', ARGV[8], 's', ARGV[9])
end

local now = redis.call('TIME')
local t = now[1] * 1000 + math.floor(now[2] / 1000)
local id = add(t, string.format('%.0f-*', t))
if type(id) == 'table' then -- the clock was set back, or this is Redis before 7.0: ask for the last entry's time
  local stream = redis.call('XINFO', 'STREAM', KEYS[1])
  for at = 1, #stream, 2 do
    if stream[at] == 'last-generated-id' then
      t = math.max(t, tonumber(string.match(stream[at + 1], '^%d+')))
    end
  end
  id = add(t, '*')
end
if type(id) == 'table' then
  return id
end
redis.call('SET', KEYS[2], ARGV[1] .. ' ' .. ARGV[2] .. ' ' .. id, 'PX', ARGV[3])
if KEYS[3] then
  redis.call('SET', KEYS[3], ARGV[5] .. ' ' .. id, 'PX', ARGV[10])
end
return 'new'
