-- Invalidate every page with one of these tags, however many there are. Cost: O(tags).
-- KEYS: generations of the tags. ARGV: 1 generation life (s), 2 channel, 3 tags, space-separated
-- A generation is a time, not a counter from 0: one that is evicted and made again never validates an old page.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
for _, key in ipairs(KEYS) do
  local old = tonumber(redis.call('GET', key) or 0)
  redis.call('SET', key, string.format('%.0f', math.max(old + 1, now)), 'EX', ARGV[1])
end
redis.call('PUBLISH', ARGV[2], ARGV[3])
return #KEYS
