-- Read a page and decide what its reader does next. Cost: O(tags of the page).
-- KEYS: 1 entry (hash), 2 lock (string), 3 generation of the tag "site" (string)
-- ARGV: 1 prefix of generation keys, 2 owner token, 3 lock life (ms), 4 generation life (s)
-- Returns {what, now (us), fields...}; what is hit | stale | refresh | render | wait
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local clock = string.format('%.0f', now)

-- A store later on needs this generation to be there still: a flush in between is thus noticed.
redis.call('SET', KEYS[3], clock, 'NX', 'EX', ARGV[4])

local entry = redis.call('HMGET', KEYS[1], 'tags', 'born', 'fresh', 'stale', 'status', 'headers', 'etag', 'body', 'gzip')
local valid = entry[1] and true or false
if valid then
  for tag in string.gmatch(entry[1], '%S+') do
    local generation = redis.call('GET', ARGV[1] .. tag)
    -- a generation that was evicted proves nothing: the page counts as invalid
    if not generation or tonumber(generation) > tonumber(entry[2]) then valid = false break end
  end
end

if valid and now < tonumber(entry[3]) then return {'hit', clock, entry} end
local locked = redis.call('SET', KEYS[2], ARGV[2], 'NX', 'PX', ARGV[3])
if locked then return {valid and 'refresh' or 'render', clock, valid and entry or {}} end
if valid and now < tonumber(entry[4]) then return {'stale', clock, entry} end
return {'wait', clock, {}}
