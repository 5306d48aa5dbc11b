-- Take one unit out of every bucket, or out of none.
--
-- KEYS  the buckets; each holds when it will be full again, in µs of this server's clock; without one it is full
-- ARGV  for each bucket the µs in which one unit flows in, then those in which it fills up
--
-- Returns 1 or 0, whether a unit was taken, then for each bucket the µs until it is full. O(number of buckets).
-- A bucket is forgotten when it is full. Counts go into no append-only file and to no replica: where this server is also the
-- one that choices are fsynced to, counting them must not cost an fsync each.

redis.set_repl(redis.REPL_NONE)
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local full_in, taken = {}, 1
for n, key in ipairs(KEYS) do
  full_in[n] = math.max(0, (tonumber(redis.call('GET', key)) or now) - now)
  if full_in[n] > tonumber(ARGV[2 * n]) then
    full_in[n] = 0 -- no bucket is that empty: the clock was set back, and would be waited for
  end
  if full_in[n] + ARGV[2 * n - 1] > tonumber(ARGV[2 * n]) then
    taken = 0
  end
end
if taken == 1 then
  for n, key in ipairs(KEYS) do
    full_in[n] = full_in[n] + ARGV[2 * n - 1]
    redis.call('SET', key, string.format('%.0f', now + full_in[n]), 'PX', math.ceil(full_in[n] / 1000))
  end
end
return {taken, unpack(full_in)}
