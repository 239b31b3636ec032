#if Serving
import ReinCheckpoints

/// Reads the body of a request from its first byte to its last.
struct RequestReader {
    /// The JSON, at the place where reading has come to.
    var json: JSONScanner
    /// The binary tensors that have not been read yet.
    var binary: UnsafeRawBufferPointer
    /// Whether a header length says where binary tensors begin.
    let hasBinary: Bool

    /// What the client calls its request.
    private(set) var id: String?
    /// The request's parameters, but `binary_data_output`.
    private(set) var parameters: [(name: String, value: ParameterValue)] = []
    /// Whether outputs are binary that say nothing themselves.
    private(set) var isBinary = false
    /// The tensors.
    private(set) var inputs: [InferenceTensor] = []
    /// The outputs asked for, with their parameters but `binary_data`.
    private(set) var outputs: [RequestedOutput] = []
    /// What each output says about being binary.
    private(set) var choices: [Bool?] = []

    var limits: WireLimits { json.limits }

    /// Stands before the first byte.
    init(_ body: UnsafeRawBufferPointer, headerLength: Int?, limits: WireLimits) throws(ServingError) {
        let length = headerLength ?? body.count
        guard length >= 0, length <= body.count else {
            throw ServingError(
                .invalidArgument, "a JSON header of \(length) bytes, but a body of \(body.count)")
        }
        guard length > 0 else {
            throw ServingError(.invalidArgument, "expected a request in JSON, found an empty body")
        }
        json = JSONScanner(UnsafeRawBufferPointer(rebasing: body[..<length]), limits: limits)
        binary = UnsafeRawBufferPointer(rebasing: body[length...])
        hasBinary = headerLength != nil
    }

    /// Reads everything.
    mutating func readRequest() throws(ServingError) {
        try json.openObject("a request, an object")
        var seen = MemberSet()
        var isFirst = true
        while let name = try json.member(isFirst: &isFirst) {
            if try json.says("inputs", name) {
                try seen.insert("inputs", 0, at: name, in: json)
                try readInputs()
            } else if try json.says("outputs", name) {
                try seen.insert("outputs", 1, at: name, in: json)
                if !json.take("null") { try readOutputs() }
            } else if try json.says("parameters", name) {
                try seen.insert("parameters", 2, at: name, in: json)
                let list = try readParameters(reserved: "binary_data_output", of: "request")
                isBinary = try truth(list.reserved, "binary_data_output", of: "request") ?? false
                parameters = list.others
            } else if try json.says("id", name) {
                try seen.insert("id", 3, at: name, in: json)
                if !json.take("null") { id = try readText("a text as id", limit: limits.nameLength) }
            } else {
                try json.skipValue()
            }
        }
        try json.end()
        guard seen.contains(0) else { throw ServingError(.invalidArgument, "request: expected inputs, found none") }
        guard binary.isEmpty else {
            throw ServingError(
                .invalidArgument, "request: \(binary.count) bytes of binary data follow that belong to no input")
        }
    }

    private mutating func readInputs() throws(ServingError) {
        try json.openList("a list of inputs")
        var isFirst = true
        while try json.element(isFirst: &isFirst) {
            guard inputs.count < limits.inputs else {
                throw ServingError(.invalidArgument, "request: more than \(limits.inputs) inputs")
            }
            inputs.append(try readInput(at: inputs.count))
        }
    }

    private mutating func readOutputs() throws(ServingError) {
        try json.openList("a list of outputs")
        var isFirst = true
        while try json.element(isFirst: &isFirst) {
            guard outputs.count < limits.outputs else {
                throw ServingError(.invalidArgument, "request: more than \(limits.outputs) outputs")
            }
            try readOutput()
        }
    }

    private mutating func readOutput() throws(ServingError) {
        var name: String?
        var list = ParameterList()
        var seen = MemberSet()
        let index = outputs.count
        try json.openObject("an output, an object")
        var isFirst = true
        while let member = try json.member(isFirst: &isFirst) {
            if try json.says("name", member) {
                try seen.insert("name", 0, at: member, in: json)
                name = try readText("a text as name", limit: limits.nameLength)
            } else if try json.says("parameters", member) {
                try seen.insert("parameters", 1, at: member, in: json)
                list = try readParameters(reserved: "binary_data", of: Self.label("output", name, index))
            } else {
                try json.skipValue()
            }
        }
        guard let name else { throw ServingError(.invalidArgument, "outputs/\(index): expected a name, found none") }
        choices.append(try truth(list.reserved, "binary_data", of: Self.label("output", name, index)))
        outputs.append(RequestedOutput(name: name, parameters: list.others))
    }

    /// Moves on past a text of limited length.
    mutating func readText(_ expected: StaticString, limit: Int) throws(ServingError) -> String {
        guard json.byte == UInt8(ascii: "\"") else { throw json.unexpected(expected) }
        let text = try json.text()
        let length = text.end - text.start
        guard length <= limit else {
            throw json.error("expected a text of no more than \(limit) bytes, found \(length)", at: text.start)
        }
        return try json.string(text)
    }

    private func truth(
        _ value: ParameterValue?, _ name: StaticString, of owner: @autoclosure () -> String
    ) throws(ServingError) -> Bool? {
        switch value {
        case nil: return nil
        case .bool(let value)?: return value
        case let value?:
            throw ServingError(
                .invalidArgument, "\(owner()): parameter \"\(name)\": expected true or false, found \(value.text)")
        }
    }

    /// How a message calls an input or an output: by its name, or if that is not known yet, by its place.
    static func label(_ kind: StaticString, _ name: String?, _ index: Int) -> String {
        name.map { "\(kind) \"\($0.shortened)\"" } ?? "\(kind)s/\(index)"
    }
}

/// Which members of an object have been met.
struct MemberSet {
    private var bits: UInt8 = 0

    /// Adds a member.
    ///
    /// - Throws: if it has been met before.
    mutating func insert(
        _ name: StaticString, _ index: UInt8, at text: JSONText, in json: borrowing JSONScanner
    ) throws(ServingError) {
        if contains(index) { throw json.error("a second \"\(name)\" in one object", at: text.start - 1) }
        bits |= 1 << index
    }

    /// Whether a member has been met.
    func contains(_ index: UInt8) -> Bool { bits & 1 << index != 0 }
}
#endif
