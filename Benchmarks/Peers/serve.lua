-- For wrk: posts the body of the file that SERVE_BODY names, to the path of the address; SERVE_HEADER_LENGTH is the length
-- of the JSON before binary tensors. Prints a line of JSON in the end, times in microseconds.

local file = assert(io.open(os.getenv("SERVE_BODY"), "rb"))
wrk.method = "POST"
wrk.body = file:read("*a")
file:close()
wrk.headers["Content-Type"] = "application/json"
if os.getenv("SERVE_HEADER_LENGTH") then
    wrk.headers["Inference-Header-Content-Length"] = os.getenv("SERVE_HEADER_LENGTH")
end

function done(summary, latency, requests)
    local errors = summary.errors
    print(string.format(
        '{"requests":%d,"seconds":%.6f,"p50":%.1f,"p99":%.1f,"errors":%d}', summary.requests, summary.duration / 1e6,
        latency:percentile(50), latency:percentile(99),
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
