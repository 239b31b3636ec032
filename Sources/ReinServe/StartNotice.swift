#if Serving
import ReinServing
import Synchronization

/// Tells in one line that a server has started, when all of its ways to be reached are there.
final class StartNotice: Sendable {
    private let ways: [String]
    private let scheme: String
    private let log: ServerLog
    private let addresses = Mutex<[String: String]>([:])

    /// Waits for ways to be reached.
    ///
    /// - Parameters:
    ///   - ways: what they are called, `http` among them.
    ///   - scheme: what its address begins with.
    ///   - log: who is told.
    init(_ ways: [String], scheme: String, to log: ServerLog) {
        self.ways = ways
        self.scheme = scheme
        self.log = log
    }

    /// Notes where the server can be reached in one way, and tells that it has started when it is the last one.
    ///
    /// - Parameter models: the names of the models, which are asked for then.
    func note(_ way: String, at address: String, models: () -> [String]) {
        let all = addresses.withLock { addresses -> [String: String]? in
            addresses[way] = address
            return addresses.count == ways.count ? addresses : nil
        }
        guard let all, let http = all["http"] else { return }
        log.noteStart(models: models(), at: "\(scheme)://\(http)", and: all.filter { $0.key != "http" })
    }
}
#endif
