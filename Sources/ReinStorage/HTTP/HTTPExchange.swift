import CReinCurl
import ReinCheckpoints

/// One request on its way, and what has come of its answer: what libcurl's functions work on.
final class HTTPExchange {
    private(set) var response = HTTPResponse()
    /// Why we gave up, nil when we did not.
    private(set) var failure: StateError?
    /// Whether all bytes that are wanted are there though the server has more.
    private(set) var hasEnough = false
    private let request: HTTPRequest
    private let deadline: StorageDeadline
    private let place: String
    private var sent = 0
    private var skipped = 0
    private var headBytes = 0

    /// The largest number of bytes of a head.
    private static let headLimit = 1 << 16

    /// The largest number of bytes that are kept of what explains an error.
    private static let explanationLimit = 1 << 16

    init(_ request: HTTPRequest, _ deadline: StorageDeadline, _ place: String) {
        self.request = request
        self.deadline = deadline
        self.place = place
    }

    /// Performs the request on a handle.
    func run(
        _ handle: UnsafeMutableRawPointer, _ signature: S3Signature, _ connectLimit: Int, _ stallLimit: Int
    ) -> rein_curl_result {
        var result = rein_curl_result()
        let strings = [
            request.url, request.method.rawValue, signature.scheme, signature.credentials.keyID,
            signature.credentials.secret,
        ]
        withCStrings(strings + request.headers) { pointers in
            pointers[strings.count...].withUnsafeBufferPointer { headers in
                var call = rein_curl_request()
                (call.url, call.method) = (pointers[0], pointers[1])
                (call.signing, call.user, call.password) = (pointers[2], pointers[3], pointers[4])
                (call.headers, call.header_count) = (headers.baseAddress, Int32(headers.count))
                call.time_limit = milliseconds
                (call.connect_limit, call.stall_limit) = (connectLimit, stallLimit)
                call.body_size = Int64(request.body?.size ?? 0)
                call.context = Unmanaged.passUnretained(self).toOpaque()
                call.read_body = { exchange($0).read($1, $2) }
                call.seek_body = { exchange($0).seek($1) }
                call.take_body = { exchange($0).takeBody($1, $2) }
                call.take_header = { exchange($0).takeHeader($1, $2) }
                call.is_over = { exchange($0).isOver() }
                "*".withCString { all in
                    call.no_proxy = request.isLocal ? all : nil
                    rein_curl_perform(handle, &call, &result)
                }
            }
        }
        return result
    }

    /// The time that is left, 0 for no limit.
    private var milliseconds: Int {
        guard let (seconds, attoseconds) = deadline.remaining?.components else { return 0 }
        return Int(min(seconds, 1_000_000)) * 1_000 + Int(attoseconds / 1_000_000_000_000_000) + 1
    }

    private func isOver() -> Int32 {
        do throws(StateError) { try deadline.check(place) } catch {
            failure = failure ?? error
            return 1
        }
        return 0
    }

    private func read(_ memory: UnsafeMutablePointer<CChar>?, _ room: Int) -> Int64 {
        guard let body = request.body, let memory, isOver() == 0 else { return -1 }
        do throws(StateError) {
            let left = min(room, body.size - sent)
            let count = try body.read(into: UnsafeMutableRawBufferPointer(start: memory, count: left), at: sent)
            guard count == left else {
                throw StateError(.inputOutput, "the file became shorter while it was sent", path: place)
            }
            sent += count
            return Int64(count)
        } catch {
            failure = failure ?? error
            return -1
        }
    }

    private func seek(_ offset: Int64) -> Int32 {
        guard let body = request.body, offset >= 0, offset <= body.size else { return 1 }
        sent = Int(offset)
        return 0
    }

    /// Takes a line: a status, which begins a new head, or a field.
    private func takeHeader(_ bytes: UnsafePointer<CChar>?, _ count: Int) -> Int32 {
        headBytes += count
        guard headBytes <= Self.headLimit else {
            failure = StateError(.malformed, "the server answers with a head without an end", path: place)
            return 1
        }
        let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            response = HTTPResponse()
            let words = line.split(whereSeparator: \.isWhitespace)
            response.status = words.count > 1 ? Int(words[1]) ?? 0 : 0
        } else if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...].drop(while: \.isWhitespace)
            response.headers[line[..<colon].lowercased()] = String(value.prefix { !$0.isNewline })
        }
        return isOver()
    }

    private func takeBody(_ bytes: UnsafePointer<CChar>?, _ count: Int) -> Int32 {
        guard isOver() == 0 else { return 1 }
        var piece = UnsafeRawBufferPointer(start: bytes, count: count)[...]
        guard (200..<300).contains(response.status) else {
            response.body += piece.prefix(max(0, Self.explanationLimit - response.body.count))
            return 0
        }
        // A server may send everything where a part was asked for.
        let wanted = response.status == 206 ? 0..<request.wanted.count : request.wanted
        let skip = min(piece.count, wanted.lowerBound - skipped)
        piece = piece.dropFirst(skip)
        skipped += skip
        let room = wanted.count - response.body.count
        response.body += piece.prefix(room)
        guard piece.count <= room else {
            hasEnough = true
            return 1
        }
        return 0
    }
}

/// The exchange that libcurl hands back.
private func exchange(_ context: UnsafeMutableRawPointer?) -> HTTPExchange {
    guard let context else { preconditionFailure("libcurl hands back what it was given") }
    return Unmanaged<HTTPExchange>.fromOpaque(context).takeUnretainedValue()
}

/// Calls `body` with strings as C has them.
private func withCStrings(_ strings: [String], _ body: ([UnsafePointer<CChar>?]) -> Void) {
    var bytes: [CChar] = []
    var places: [Int] = []
    for string in strings {
        places.append(bytes.count)
        bytes.append(contentsOf: string.utf8CString)
    }
    bytes.withUnsafeBufferPointer { bytes in body(places.map { place in bytes.baseAddress.map { $0 + place } }) }
}
