-- Spreads the requests over many client addresses, as a trusted proxy would name them, so that rate limits stay on and
-- refuse nobody. Arguments: number of the first address, addresses a thread.
local threads = 0

function setup(thread)
    thread:set("thread_number", threads)
    threads = threads + 1
end

local requests = {}
local at = 0

function init(arguments)
    local first, count = tonumber(arguments[1]), tonumber(arguments[2])
    for i = 1, count do
        local number = first + thread_number * count + i
        wrk.headers["X-Forwarded-For"] =
            string.format("10.%d.%d.%d", math.floor(number / 65536) % 256, math.floor(number / 256) % 256, number % 256)
        requests[i] = wrk.format()
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end

dofile(debug.getinfo(1, "S").source:sub(2):match("(.*/)") .. "report.lua")
