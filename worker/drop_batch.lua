-- O(fields). Deletes a batch of displays if it is still the one that was taken, not one that another taker has begun.
if redis.call('HGET', KEYS[1], 'id') == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
