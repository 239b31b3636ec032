#if ServingGRPC
import ReinCheckpoints
import ReinServing

/// What has come as `ModelInferRequest`: a request, or why it is none.
struct InferMessage: Sendable {
    /// What the client calls its request, as far as that could be read; empty for nothing.
    let id: String
    /// The request, or what is wrong with it.
    let request: Result<InferenceRequest, ServingError>

    /// Reads a message; nothing refers to its bytes afterwards.
    init(reading bytes: UnsafeRawBufferPointer, limits: WireLimits = WireLimits()) {
        var reader = InferRequestReader(limits: limits)
        do throws(ServingError) {
            request = .success(try reader.read(bytes))
        } catch { request = .failure(error) }
        id = reader.id
    }

    /// A message that is not read.
    init(refused error: ServingError) {
        id = ""
        request = .failure(error)
    }
}

/// Reads `ModelInferRequest`, whose fields may come in any order.
struct InferRequestReader {
    let limits: WireLimits
    private(set) var id = ""
    private var inputs: [UnsafeRawBufferPointer] = []
    private var raw: [UnsafeRawBufferPointer] = []

    init(limits: WireLimits) { self.limits = limits }

    /// Reads everything.
    mutating func read(_ bytes: UnsafeRawBufferPointer) throws(ServingError) -> InferenceRequest {
        var request = InferenceRequest(model: "")
        var reader = ProtobufReader(bytes, "ModelInferRequest")
        while let field = try reader.next() {
            switch field.number {
            case 1: request.model = try field.text("model_name", limit: limits.nameLength)
            case 2:
                let version = try field.text("model_version", limit: limits.nameLength)
                request.version = version.isEmpty ? nil : version
            case 3: id = try field.text("id", limit: limits.nameLength)
            case 4: try readParameter(try field.bytes("parameters"), into: &request.parameters, of: "request")
            case 5:
                inputs.append(try field.bytes("inputs"))
                try require(inputs.count, atMost: limits.inputs, "inputs")
            case 6:
                request.outputs.append(try readOutput(try field.bytes("outputs")))
                try require(request.outputs.count, atMost: limits.outputs, "outputs")
            case 7:
                raw.append(try field.bytes("raw_input_contents"))
                try require(raw.count, atMost: limits.inputs, "entries of raw_input_contents")
            default: continue
            }
        }
        request.id = id.isEmpty ? nil : id
        guard raw.isEmpty || raw.count == inputs.count else {
            throw ServingError(
                .invalidArgument,
                "raw_input_contents: expected one entry for each of the \(inputs.count) inputs, found \(raw.count)")
        }
        request.inputs.reserveCapacity(inputs.count)
        for (index, input) in inputs.enumerated() {
            let parts = try InputParts(input, at: index, limits: limits)
            request.inputs.append(try parts.tensor(raw: raw.isEmpty ? nil : raw[index]))
        }
        return request
    }

    private func readOutput(_ bytes: UnsafeRawBufferPointer) throws(ServingError) -> RequestedOutput {
        var output = RequestedOutput(name: "")
        var reader = ProtobufReader(bytes, "outputs")
        while let field = try reader.next() {
            switch field.number {
            case 1: output.name = try field.text("name of an output", limit: limits.nameLength)
            case 2: try readParameter(try field.bytes("parameters"), into: &output.parameters, of: "output")
            default: continue
            }
        }
        return output
    }

    /// Reads an entry of a map of parameters.
    private func readParameter(
        _ bytes: UnsafeRawBufferPointer, into list: inout [(name: String, value: ParameterValue)],
        of owner: StaticString
    ) throws(ServingError) {
        var name = ""
        var value: ParameterValue?
        var reader = ProtobufReader(bytes, "parameters")
        while let field = try reader.next() {
            switch field.number {
            case 1: name = try field.text("name of a parameter", limit: limits.nameLength)
            case 2: value = try readValue(try field.bytes("value of a parameter"))
            default: continue
            }
        }
        guard let value else {
            throw ServingError(
                .invalidArgument,
                "\(owner): parameter \"\(name.shortened)\": expected a truth value, a number or a text, found none")
        }
        guard list.count < limits.parameters else {
            throw ServingError(.invalidArgument, "\(owner): more than \(limits.parameters) parameters")
        }
        guard !list.contains(where: { $0.name == name }) else {
            throw ServingError(.invalidArgument, "\(owner): a second parameter \"\(name.shortened)\"")
        }
        list.append((name, value))
    }

    private func readValue(_ bytes: UnsafeRawBufferPointer) throws(ServingError) -> ParameterValue? {
        var value: ParameterValue?
        var reader = ProtobufReader(bytes, "InferParameter")
        while let field = try reader.next() {
            switch field.number {
            case 1: value = .bool(try field.varint("bool_param") != 0)
            case 2: value = .int(Int64(bitPattern: try field.varint("int64_param")))
            case 3: value = .string(try field.text("string_param", limit: limits.textLength))
            case 4:
                guard case .fixed64(let bits) = field.value else {
                    throw ServingError(.invalidArgument, "double_param: the field 4 is not encoded as its type is")
                }
                value = .double(Double(bitPattern: bits))
            case 5:
                let number = try field.varint("uint64_param")
                value = Int64(exactly: number).map { .int($0) } ?? .uint(number)
            default: continue
            }
        }
        return value
    }

    private func require(_ count: Int, atMost limit: Int, _ what: StaticString) throws(ServingError) {
        guard count <= limit else {
            throw ServingError(.invalidArgument, "request: more than \(limit) \(what)")
        }
    }
}
#endif
