#if Serving
public import Logging
public import ReinCheckpoints

/// What a server tells a log: that it starts and stops, what becomes of its models, and which requests it refuses; if it is
/// to, each request. Never told are tokens, bodies, observations, what stands behind the `?` of a path, and the words of
/// refusals, which may quote from bodies.
public struct ServerLog: Sendable {
    /// Who writes.
    public let logger: Logger
    private let accesses: Bool
    private let limiter: RefusalLimiter

    /// Tells a logger.
    ///
    /// - Parameters:
    ///   - logger: who writes.
    ///   - accesses: whether every request is told.
    ///   - refusalsPerSecond: how many refusals of a kind are told in a second; how many were left out is told with the next
    ///     one, or after the second.
    public init(_ logger: Logger, accesses: Bool = false, refusalsPerSecond: Int = 5) {
        self.logger = logger
        self.accesses = accesses
        limiter = RefusalLimiter(perSecond: refusalsPerSecond)
    }

    /// A request, and what it came to.
    package struct Answer: Sendable {
        /// The verb over HTTP, the call over gRPC.
        var method: String
        /// The path, of which the part behind `?` is not told.
        var path: String
        /// The status of the transport.
        var status: Int
        /// The length of the body of the answer, as it is sent; nil when nobody has counted.
        var bytes: Int?
        /// From the request's head to its answer.
        var took: Duration
        /// What was asked for; nil when it was no inference.
        var subject: RequestSubject?

        /// Puts together what is told.
        package init(
            method: String, path: String, status: Int, bytes: Int?, took: Duration, subject: RequestSubject?
        ) {
            self.method = method
            self.path = path
            self.status = status
            self.bytes = bytes
            self.took = took
            self.subject = subject
        }
    }

    /// Tells that models are served.
    ///
    /// - Parameters:
    ///   - names: the names of the models, of which the first ten are told.
    ///   - address: where.
    ///   - others: where else the server can be reached, by the way.
    public func noteStart(models names: [String], at address: String, and others: [String: String] = [:]) {
        let shown = names.prefix(10).joined(separator: ", ") + (names.count > 10 ? " ..." : "")
        let models = names.count == 1 ? "model" : "models"
        logger.info(
            "serving \(names.count) \(models) (\(shown)) on \(address)",
            metadata: others.mapValues { .string($0) })
    }

    /// Tells that the files of TLS were read again, or why what was read before is used on.
    public func noteReload(_ failure: StateError?) {
        guard let failure else { return logger.info("certificate read again") }
        logger.error("certificate not read again, the old one stays in use", metadata: ["reason": "\(failure)"])
    }

    /// Tells what somebody should look after.
    public func noteWarning(_ text: String) { logger.warning("\(text)") }

    /// Tells that no new requests are taken.
    func noteStopping() { logger.info("stopping: requests that have come are answered") }

    /// Tells that the server is over.
    func noteStop() {
        noteLeftOut(now: .now + .seconds(1))
        logger.info("stopped")
    }

    /// Tells what has happened to models.
    public func note(_ event: RepositoryEvent) {
        switch event {
        case .added(let model): logger.info("added", metadata: ["model": "\(model)"])
        case .removed(let model): logger.info("removed", metadata: ["model": "\(model)"])
        case .loaded(let model, let version, let byteCount, let took):
            logger.info(
                "loaded",
                metadata: [
                    "model": "\(model)", "version": "\(version)", "bytes": .stringConvertible(byteCount),
                    "microseconds": .stringConvertible(took.nanoseconds / 1000),
                ])
        case .swapped(let model, let from, let to):
            logger.info("swapped", metadata: ["model": "\(model)", "from": "\(from)", "version": "\(to)"])
        case .loadFailed(let model, let version, let reason):
            logger.error(
                "load failed", metadata: ["model": "\(model)", "version": "\(version)", "reason": "\(reason)"])
        case .spaceChangeRefused(let model, let version, let reason):
            logger.error(
                "change of spaces refused",
                metadata: ["model": "\(model)", "version": "\(version)", "reason": "\(reason)"])
        case .retired(let model, let version):
            logger.info("retired", metadata: ["model": "\(model)", "version": "\(version)"])
        case .dropped(let model, let version):
            logger.info("dropped", metadata: ["model": "\(model)", "version": "\(version)"])
        case .unloaded(let model): logger.info("unloaded", metadata: ["model": "\(model)"])
        case .lookFailed(let path, let reason):
            logger.error("look failed", metadata: ["path": "\(path)", "reason": "\(reason)"])
        }
    }

    /// Tells what a request came to, and why if it was refused: a refusal among many others is only told where every request
    /// is.
    package func note(_ answer: @autoclosure () -> Answer, refusal: ServingError.Kind?) {
        let accesses = accesses && logger.logLevel <= .info
        let leftOut = accesses ? nil : refusal.flatMap { limiter.admit($0) }
        guard accesses || leftOut != nil else { return }
        let answer = answer()
        var metadata: Logger.Metadata = [
            "method": "\(answer.method)", "path": "\(answer.path.prefix { $0 != "?" })",
            "status": .stringConvertible(answer.status),
            "microseconds": .stringConvertible(answer.took.nanoseconds / 1000),
        ]
        if let subject = answer.subject {
            metadata["model"] = "\(subject.model)"
            if let version = subject.version { metadata["version"] = "\(version)" }
            if let id = subject.id { metadata["id"] = "\(id)" }
        }
        if let refusal { metadata["reason"] = "\(refusal.label)" }
        if let leftOut {
            if leftOut > 0 { metadata["left_out"] = .stringConvertible(leftOut) }
            logger.notice("refused", metadata: metadata)
        } else {
            if let bytes = answer.bytes { metadata["bytes"] = .stringConvertible(bytes) }
            logger.info("request", metadata: metadata)
        }
    }

    /// Tells that a connection was refused or given up, before a request was whole.
    package func noteRefusal(_ kind: ServingError.Kind) {
        guard let leftOut = limiter.admit(kind) else { return }
        var metadata: Logger.Metadata = ["reason": "\(kind.label)"]
        if leftOut > 0 { metadata["left_out"] = .stringConvertible(leftOut) }
        logger.notice("connection refused", metadata: metadata)
    }

    /// Tells how many refusals were left out of late.
    func noteLeftOut(now: ContinuousClock.Instant = .now) {
        for (kind, count) in limiter.takeLeftOut(now: now) {
            logger.notice(
                "refusals left out", metadata: ["reason": "\(kind.label)", "left_out": .stringConvertible(count)])
        }
    }
}

/// Which model a request is for, and which request it is.
package struct RequestSubject: Sendable {
    /// The name of the model.
    var model: String
    /// The version that has answered, or that was asked for.
    var version: String?
    /// What the client calls the request.
    var id: String?

    /// Puts together what is known.
    package init(model: String, version: String?, id: String?) {
        self.model = model
        self.version = version
        self.id = id
    }
}
#endif
