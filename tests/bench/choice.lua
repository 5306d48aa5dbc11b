-- wrk: one choice after the other, each with an event id of its own. Arguments: display token, origin, seed.
dofile(os.getenv('BENCH_LOAD'))

local token, origin

function init(args)
  token, origin = args[1], args[2]
  math.randomseed(tonumber(args[3]))
end

function request()
  local id = string.format('%08x-%04x-4%03x-8%03x-%06x%06x', math.random(0, 0x7fffffff), math.random(0, 0xffff),
    math.random(0, 0xfff), math.random(0, 0xfff), math.random(0, 0xffffff), math.random(0, 0xffffff))
  local body = '{"site":"newsroom","event_id":"' .. id .. '","display":"' .. token .. '","action":"agree","page":"/en/harbour-bridge"}'
  return wrk.format('POST', '/v1/consents', {['Content-Type'] = 'application/json', Origin = origin}, body)
end
