-- One tools/call over and over. The environment says which:
--   BENCH_BODY      the request's body
--   BENCH_HEADERS   "Name: value" lines
--   BENCH_EXPECT    when set, every answer must hold this text (slower: not for timing)
-- done() prints one line of JSON for bench.py; times in microseconds.
local expect = os.getenv("BENCH_EXPECT")
local threads = {}
wrong = 0

function setup(thread)
  table.insert(threads, thread)
end

function init(_)
  wrk.method = "POST"
  wrk.body = os.getenv("BENCH_BODY")
  for name, value in os.getenv("BENCH_HEADERS"):gmatch("([^\n:]+): ([^\n]*)") do
    wrk.headers[name] = value
  end
  if expect then
    function response(status, _, body)
      if status ~= 200 or not body:find(expect, 1, true) then wrong = wrong + 1 end
    end
  end
  request_text = wrk.format()
end

function request()
  return request_text
end

function done(summary, latency, _)
  local mistaken = 0
  for _, thread in ipairs(threads) do mistaken = mistaken + thread:get("wrong") end
  local errors = summary.errors
  io.write(string.format(
    '\nBENCH {"requests":%d,"duration":%d,"p50":%d,"p99":%d,"bytes":%d,"wrong":%d,' ..
    '"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    summary.bytes, mistaken,
    errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
