#if Serving
import ReinCheckpoints

/// What a server answers over HTTP, without sockets: paths and bodies in, statuses and bodies out.
struct HTTPGateway: Sendable {
    /// Who answers requests.
    let service: InferenceService
    /// The largest number of bytes of a body, unpacked.
    var bodyLimit = 64 << 20
    /// What bodies take a part of when they are unpacked.
    var memory = BodyMemory(limit: 1 << 30)
    /// What clients have to show; nothing when nil.
    var token: AccessToken?

    /// What a request's head comes to.
    enum Admission {
        /// Its body matters.
        case admitted(Route)
        /// It cannot be answered, whatever its body is.
        case refused(HTTPAnswer)
    }

    /// Looks at the head of a request, before any of its body is taken in: whether whoever asks may know, what the path is
    /// about, whether it is for the verb, and whether the body can be read.
    ///
    /// - Parameters:
    ///   - query: the head.
    ///   - length: the number of bytes that it says the body has; nil when it does not.
    func admit(_ query: HTTPQuery, length: String? = nil) -> Admission {
        do throws(ServingError) {
            let found = Result { () throws(ServingError) in try Route(path: query.path) }
            if let token, (try? found.get())?.isOpen != true { try token.check(query.authorization) }
            let route = try found.get()
            guard query.method == route.verb || query.method == "HEAD" && route.verb == "GET" else {
                var answer = HTTPAnswer(
                    ServingError(.methodNotAllowed, "\(query.method.shortened): the path is for \(route.verb)"))
                answer.allow = route.verb == "GET" ? "GET, HEAD" : route.verb
                return .refused(answer)
            }
            _ = try PackedBody.encoding(query.contentEncoding)
            if let length, UInt64(length).map({ $0 > bodyLimit }) ?? true { throw tooLarge }
            return .admitted(route)
        } catch { return .refused(HTTPAnswer(error)) }
    }

    /// The refusal of a body that is too large.
    var tooLarge: ServingError {
        ServingError(.tooLarge, "the body has more than the \(bodyLimit) bytes that are read")
    }

    /// Answers a request that was admitted.
    ///
    /// - Parameters:
    ///   - route: what it is about.
    ///   - query: its head.
    ///   - body: its body, as it came.
    ///   - mayWait: whether the calling thread may read files, and wait for requests to end.
    /// - Returns: nil when that takes a thread that may.
    func answer(
        _ route: Route, _ query: HTTPQuery, body: UnsafeRawBufferPointer, mayWait: Bool
    ) -> HTTPAnswer? {
        do throws(ServingError) {
            return try answer(route, query, body, mayWait)
        } catch { return HTTPAnswer(error) }
    }

    private func answer(
        _ route: Route, _ query: HTTPQuery, _ body: UnsafeRawBufferPointer, _ mayWait: Bool
    ) throws(ServingError) -> HTTPAnswer? {
        switch route {
        case .infer(let address): return try infer(address, query, body, mayWait)
        case .live: return HTTPAnswer(#"{"live":true}"#)
        case .ready:
            let isReady = service.isReady
            return HTTPAnswer(#"{"live":true,"ready":\#(isReady)}"#, isReady: isReady)
        case .server: return HTTPAnswer(service.serverDescription)
        case .metadata(let address): return try described(address, mayWait) { $0.metadataDescription(of: $1) }
        case .config(let address): return try described(address, mayWait) { $0.configDescription(of: $1) }
        case .modelReady(let address):
            let isReady = try service.isReady(address)
            return HTTPAnswer(service.readiness(of: address, isReady), isReady: isReady)
        case .statistics(let address): return HTTPAnswer(try service.statistics(of: address))
        case .index:
            let ready = try small(body, query) { body throws(ServingError) in try IndexRequest(body).ready }
            return HTTPAnswer(service.index(readyOnly: ready))
        case .load(let name):
            try requireNoConfiguration(body, query)
            guard mayWait else { return nil }
            try service.load(name)
            return HTTPAnswer()
        case .unload(let name):
            try requireNoConfiguration(body, query)
            guard mayWait else { return nil }
            try service.unload(name)
            return HTTPAnswer()
        }
    }

    private func described(
        _ address: ModelAddress, _ mayWait: Bool, _ describe: (InferenceService, ServedModel) -> String
    ) throws(ServingError) -> HTTPAnswer? {
        if let lease = try service.repository.lease(address.name, version: address.version) {
            return HTTPAnswer(describe(service, lease.model))
        }
        guard mayWait else { return nil }
        let lease = try service.repository.leaseLoading(address.name, version: address.version)
        return HTTPAnswer(describe(service, lease.model))
    }

    private func infer(
        _ address: ModelAddress, _ query: HTTPQuery, _ body: UnsafeRawBufferPointer, _ mayWait: Bool
    ) throws(ServingError) -> HTTPAnswer? {
        // What is unpacked is counted until the request is answered.
        let share = BodyShare(memory)
        defer { withExtendedLifetime(share) {} }
        let message = try message(address, query, body, share)
        do throws(ServingError) {
            let response =
                mayWait ? try service.answerLoading(message.request) : try service.answer(message.request)
            return response.map { HTTPAnswer($0, to: message) }
        } catch { return HTTPAnswer(error, to: message) }
    }
}
#endif
