-- Let one more attempt at a secret be made, or say how long to wait.
--
-- KEYS     for whom the attempts are counted: a hash of `n`, their number, and `at`, when the next may come, in ms
-- ARGV[1]  the longest wait, ms     ARGV[2]  how long attempts are remembered, ms
-- ARGV[3…] for each key how many attempts are free; each one more doubles the wait, from a second on
--
-- Returns 0 where the attempt may be made, else the ms to wait. O(number of keys).
-- The attempt is counted before anybody knows how it ends: of a hundred at once, none gets past the count.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait = 0
for _, key in ipairs(KEYS) do
  local ahead = (tonumber(redis.call('HGET', key, 'at')) or 0) - now
  if ahead <= tonumber(ARGV[1]) then -- else the clock was set back, and would be waited for
    wait = math.max(wait, ahead)
  end
end
if wait > 0 then
  return wait
end
for n, key in ipairs(KEYS) do
  local over = redis.call('HINCRBY', key, 'n', 1) - ARGV[n + 2]
  if over >= 0 then
    redis.call('HSET', key, 'at', string.format('%.0f', now + math.min(1000 * 2 ^ over, ARGV[1])))
  end
  redis.call('PEXPIRE', key, ARGV[2])
end
return 0
