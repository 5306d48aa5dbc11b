-- Store a page unless one of its tags was purged since its content was read. Cost: O(tags of the page).
-- KEYS: 1 entry (hash), 2 lock (string), 3 generation of the tag "site", 4.. generations of the page's tags
-- ARGV: 1 owner token, 2 born (us, from read.lua), 3 generation life (s), 4 entry life (s), 5.. hash fields and values
-- Returns 1 when stored
local born = tonumber(ARGV[2])
local site = redis.call('GET', KEYS[3])
local current = site and tonumber(site) <= born
for i = 4, #KEYS do
  local generation = redis.call('GET', KEYS[i])
  if generation and tonumber(generation) > born then current = false end
end
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
if not current then return 0 end

for i = 3, #KEYS do
  redis.call('SET', KEYS[i], ARGV[2], 'NX')
  redis.call('EXPIRE', KEYS[i], ARGV[3])
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'born', ARGV[2], unpack(ARGV, 5))
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
