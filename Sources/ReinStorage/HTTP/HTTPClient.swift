import CReinCurl
import ReinCheckpoints
import Synchronization

/// Performs requests through libcurl, and keeps connections open between them.
final class HTTPClient: Sendable {
    // Addresses of handles that nobody uses now: pointers cannot be handed from thread to thread.
    private let idle = Mutex<[Int]>([])

    /// How long a connection may take, in milliseconds.
    private static let connectLimit = 15_000

    /// How long a transfer may go without a byte, in seconds.
    private static let stallLimit = 30

    /// The largest number of idle handles.
    private static let idleLimit = 8

    /// Opens libcurl.
    ///
    /// - Throws: `StateError` that says what to install when there is none.
    init() throws(StateError) {
        if let problem = rein_curl_open() { throw StateError(.notFound, String(cString: problem)) }
    }

    deinit {
        for address in idle.withLock({ $0 }) { rein_curl_free_handle(UnsafeMutableRawPointer(bitPattern: address)) }
    }

    /// Performs a request.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - signature: who signs it.
    ///   - deadline: when to give up.
    ///   - place: what it is about, for errors.
    /// - Returns: the answer, whatever its status.
    /// - Throws: `StateError` when there is none, or not all of it.
    func perform(
        _ request: HTTPRequest, signedBy signature: S3Signature, by deadline: StorageDeadline, _ place: String
    ) throws(StateError) -> HTTPResponse {
        try deadline.check(place)
        let exchange = HTTPExchange(request, deadline, place)
        let result = try withHandle { handle in exchange.run(handle, signature, Self.connectLimit, Self.stallLimit) }
        if let failure = exchange.failure { throw failure }
        if result.code == 0 || exchange.hasEnough { return exchange.response }
        throw try Self.error(result, signature, deadline, place)
    }

    private func withHandle<Result>(
        _ body: (UnsafeMutableRawPointer) -> Result
    ) throws(StateError) -> Result {
        let address = idle.withLock { $0.popLast() }
        guard let handle = address.flatMap({ UnsafeMutableRawPointer(bitPattern: $0) }) ?? rein_curl_make_handle()
        else {
            throw StateError(.inputOutput, "there is no memory for a connection")
        }
        let result = body(handle)
        let number = Int(bitPattern: handle)
        let isKept = idle.withLock { idle in
            guard idle.count < Self.idleLimit else { return false }
            idle.append(number)
            return true
        }
        if !isKept { rein_curl_free_handle(handle) }
        return result
    }

    /// The error for a request without an answer.
    private static func error(
        _ result: rein_curl_result, _ signature: S3Signature, _ deadline: StorageDeadline, _ place: String
    ) throws(StateError) -> StateError {
        // libcurl's clock and ours need not agree to the millisecond.
        if result.code == 28, let remaining = deadline.remaining, remaining < .milliseconds(50) {
            return StateError(.timedOut, "took longer than it may", path: place)
        }
        var message = result.message
        let words = withUnsafeBytes(of: &message) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        // Names, connections, half answers and silence; what TLS or libcurl itself refuses stays refused.
        let passing: [Int32] = [5, 6, 7, 16, 18, 28, 35, 52, 55, 56, 92, 95]
        return StateError(
            passing.contains(result.code) ? .unavailable : .inputOutput,
            "no whole answer: \(signature.withoutSecrets(words))", path: place)
    }
}
