#if Serving
import ReinCheckpoints

/// The parameters of a request, of an input or of an output.
struct ParameterList {
    /// The one that says how tensors are encoded, if it is there.
    var reserved: ParameterValue?
    /// All others, each once.
    var others: [(name: String, value: ParameterValue)] = []
}

extension RequestReader {
    /// Moves on past the parameters of an object, or null.
    ///
    /// - Parameters:
    ///   - reserved: the name of the one to be set apart.
    ///   - owner: how a message calls the object that has the parameters.
    mutating func readParameters(
        reserved: StaticString, of owner: @autoclosure () -> String
    ) throws(ServingError) -> ParameterList {
        var list = ParameterList()
        if json.take("null") { return list }
        try json.openObject("an object of parameters")
        var count = 0
        var isFirst = true
        while let name = try json.member(isFirst: &isFirst) {
            count += 1
            guard count <= limits.parameters else {
                throw ServingError(.invalidArgument, "\(owner()): more than \(limits.parameters) parameters")
            }
            guard name.end - name.start <= limits.nameLength else {
                throw json.error("a name of more than \(limits.nameLength) bytes", at: name.start)
            }
            if try json.says(reserved, name) {
                if list.reserved != nil { throw Self.repeated(reserved.description, of: owner()) }
                list.reserved = try readParameter(name, of: owner())
            } else {
                let text = try json.string(name)
                if list.others.contains(where: { $0.name == text }) { throw Self.repeated(text, of: owner()) }
                list.others.append((text, try readParameter(name, of: owner())))
            }
        }
        return list
    }

    /// Moves on past the value of a parameter.
    private mutating func readParameter(
        _ name: JSONText, of owner: @autoclosure () -> String
    ) throws(ServingError) -> ParameterValue {
        switch json.byte {
        case UInt8(ascii: "\""):
            return .string(try readText("a text", limit: limits.textLength))
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            let number = try json.number()
            if let value = Int64(number) { return .int(value) }
            if let value = UInt64(number) { return .uint(value) }
            if let value = Double(number, in: json) { return .double(value) }
            throw ServingError(
                .invalidArgument,
                "\(owner()): parameter \"\(try json.string(name).shortened)\": the number "
                    + "\(json.found(at: number.start)) is too large")
        default:
            if json.take("true") { return .bool(true) }
            if json.take("false") { return .bool(false) }
            throw ServingError(
                .invalidArgument,
                "\(owner()): parameter \"\(try json.string(name).shortened)\": expected true, false, a number or a text, "
                    + "found \(json.found(at: json.position))")
        }
    }

    @inline(never)
    private static func repeated(_ name: String, of owner: String) -> ServingError {
        ServingError(.invalidArgument, "\(owner): a second parameter \"\(name.shortened)\"")
    }
}
#endif
