-- wrk: the rest between two requests of a connection, where there is one.
local pause = tonumber(os.getenv('BENCH_PAUSE_MS') or 0)

if pause > 0 then
  function delay() -- ms; spread evenly about their mean, so that connections do not fall into step
    return math.random(0, math.floor(2 * pause))
  end
end
