#if Serving
import NIOCore

/// Requests of policies.
extension HTTPGateway {
    /// Bodies of more bytes than this, and packed ones, are read by a thread that may take its time.
    private static let smallBody = 1 << 17

    /// Answers a request of a policy that was admitted.
    ///
    /// - Parameters:
    ///   - address: which model.
    ///   - query: the head.
    ///   - body: the body, as it came.
    func infer(_ address: ModelAddress, _ query: HTTPQuery, body: ByteBuffer) async -> HTTPAnswer {
        // What is unpacked is counted until the request is answered.
        let share = query.contentEncoding == nil ? nil : BodyShare(memory)
        defer { withExtendedLifetime(share) {} }
        do throws(ServingError) {
            let message: InferenceMessage
            if body.readableBytes > Self.smallBody || query.contentEncoding != nil {
                message = try await service.readers.run { () throws(ServingError) in
                    try self.message(address, query, body, share)
                }
            } else {
                message = try self.message(address, query, body, share)
            }
            do throws(ServingError) {
                return HTTPAnswer(try await service.respond(to: message.request), to: message)
            } catch { return HTTPAnswer(error, to: message) }
        } catch { return HTTPAnswer(error) }
    }

    /// What becomes of a request.
    enum PromptAnswer {
        /// It is answered.
        case now(HTTPAnswer)
        /// It is told later.
        case later
        /// It takes a task.
        case byOthers
    }

    /// Answers a request of a policy that was admitted, whose body is short and not packed.
    ///
    /// - Parameter tell: is told the answer, once and on another thread, when this returns `later`.
    func answerPromptly(
        _ address: ModelAddress, _ query: HTTPQuery, body: ByteBuffer,
        later tell: @escaping @Sendable (HTTPAnswer) -> Void
    ) -> PromptAnswer {
        do throws(ServingError) {
            let message = try message(address, query, body, nil)
            do throws(ServingError) {
                let answer = try service.answerPromptly(message.request) { result in
                    switch result {
                    case .success(let response): tell(HTTPAnswer(response, to: message))
                    case .failure(let error): tell(HTTPAnswer(error, to: message))
                    }
                }
                switch answer {
                case .now(let response): return .now(HTTPAnswer(response, to: message))
                case .later: return .later
                case .byOthers: return .byOthers
                }
            } catch { return .now(HTTPAnswer(error, to: message)) }
        } catch { return .now(HTTPAnswer(error)) }
    }

    private func message(
        _ address: ModelAddress, _ query: HTTPQuery, _ body: ByteBuffer, _ share: BodyShare?
    ) throws(ServingError) -> InferenceMessage {
        try body.withUnsafeReadableBytes { body in
            Result { () throws(ServingError) in try message(address, query, body, share) }
        }.get()
    }

    /// Reads a request.
    ///
    /// - Parameter share: takes what the body is unpacked to; nil where it is not packed.
    /// - Throws: `ServingError` that says where it is not as expected.
    func message(
        _ address: ModelAddress, _ query: HTTPQuery, _ body: UnsafeRawBufferPointer, _ share: BodyShare? = nil
    ) throws(ServingError) -> InferenceMessage {
        var headerLength: Int?
        if let text = query.headerLength {
            guard let length = Int(text), length >= 0, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw ServingError(
                    .invalidArgument, "Inference-Header-Content-Length: expected a number of bytes, found \"\(text)\"")
            }
            headerLength = length
        }
        return try unpacked(body, query, limit: bodyLimit, share) { body throws(ServingError) in
            try InferenceMessage(
                reading: body, headerLength: headerLength, model: address.name, version: address.version)
        }
    }

    /// Reads a body, which is unpacked before where it is packed.
    private func unpacked<Value>(
        _ body: UnsafeRawBufferPointer, _ query: HTTPQuery, limit: Int, _ share: BodyShare?,
        read: (UnsafeRawBufferPointer) throws(ServingError) -> Value
    ) throws(ServingError) -> Value {
        guard let encoding = try PackedBody.encoding(query.contentEncoding), !body.isEmpty else {
            return try read(body)
        }
        var unpacked = ByteBuffer()
        try PackedBody.unpack(body, encoding, limit: limit, into: &unpacked) { count throws(ServingError) in
            try share?.take(count)
        }
        return try unpacked.withUnsafeReadableBytes { bytes in
            Result { () throws(ServingError) in try read(bytes) }
        }.get()
    }

    /// Reads a body that is short, also unpacked.
    func small<Value>(
        _ body: UnsafeRawBufferPointer, _ query: HTTPQuery,
        read: (UnsafeRawBufferPointer) throws(ServingError) -> Value
    ) throws(ServingError) -> Value {
        try unpacked(body, query, limit: min(bodyLimit, smallBodyLimit), nil, read: read)
    }

    /// Checks the body of a request to load or unload a model.
    func requireNoConfiguration(_ body: UnsafeRawBufferPointer, _ query: HTTPQuery) throws(ServingError) {
        try small(body, query) { body throws(ServingError) in try LoadRequest(body).requireNoConfiguration() }
    }
}

extension HTTPAnswer {
    /// Refuses a request that was read.
    init(_ error: ServingError, to message: InferenceMessage) {
        self.init(error)
        let request = message.request
        subject = RequestSubject(model: request.model, version: request.version, id: request.id)
    }

    /// Writes the answer of a policy, encoded as its request asks.
    init(_ response: InferenceResponse, to message: InferenceMessage) {
        self.init()
        subject = RequestSubject(model: response.model, version: response.version, id: response.id)
        headerLength = response.write(to: &body, encodings: message.encodings)
    }
}
#endif
