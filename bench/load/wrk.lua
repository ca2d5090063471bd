-- Prints the exact figures of a run as one line, since the report itself rounds them.
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'figures {"count":%d,"bytes":%d,"micros":%d,"p50":%f,"p99":%f,"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}\n',
    summary.requests, summary.bytes, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect, e.read, e.write, e.status, e.timeout))
end
