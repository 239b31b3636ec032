import CMessagePack

/// Builds trees from the tokens that msgpack-c's parser finds in some bytes.
final class MessagePackReader {
    private let bytes: StateBytes
    private var tape = rein_messagepack_tape()
    private var position = 0
    private var budget: TreeBudget

    /// Splits the bytes into tokens.
    ///
    /// - Parameter budget: the memory for tokens and tree, nil for what goes with the number of bytes.
    /// - Throws: `StateError` when they are not exactly one value, or when there are too many tokens.
    init(_ bytes: StateBytes, budget: TreeBudget? = nil) throws(StateError) {
        self.bytes = bytes
        var budget = budget ?? TreeBudget(byteCount: bytes.count)
        var consumed = 0
        var tape = rein_messagepack_tape()
        let tokenSize = MemoryLayout<rein_messagepack_token>.stride
        // Half of the memory for the tokens, half for the tree.
        let limit = budget.rest / 2 / tokenSize
        let result = bytes.withUnsafeBytes {
            rein_messagepack_read($0.baseAddress, $0.count, limit, &tape, &consumed)
        }
        self.tape = tape
        try budget.take(tape.capacity * tokenSize)
        self.budget = budget
        switch result {
        case REIN_MESSAGEPACK_COMPLETE where consumed == bytes.count: return
        case REIN_MESSAGEPACK_COMPLETE: throw Self.error("\(bytes.count - consumed) bytes follow the value")
        case REIN_MESSAGEPACK_INCOMPLETE: throw Self.error("the bytes end inside the value")
        case REIN_MESSAGEPACK_TOO_DEEP: throw depthError()
        case REIN_MESSAGEPACK_EXTENSION: throw Self.error("extension types are not supported", .unsupportedFormat)
        case REIN_MESSAGEPACK_TOO_MANY: throw Self.error("more than \(limit) values", .outOfRange)
        case REIN_MESSAGEPACK_NO_MEMORY: throw Self.error("out of memory", .inputOutput)
        default: throw Self.error("byte \(consumed) begins no value")
        }
    }

    deinit { rein_messagepack_release(&tape) }

    /// The tree of the whole value. Errors learn their place on the way up, so that no paths are built in vain.
    func tree() throws(StateError) -> StateTree {
        position = 0
        return try tree(depth: 0)
    }

    /// A token: a value, or the beginning of a list or map.
    enum Token {
        case null
        case bool(Bool)
        case unsigned(UInt64)
        case negative(Int64)
        case double(Double)
        case string(StateBytes)
        case binary(StateBytes)
        case list(Int)
        case map(Int)
    }

    /// The token after the last one taken.
    func next() throws(StateError) -> Token {
        guard position < tape.count else { throw Self.error("the bytes end inside the value") }
        let token = tape.tokens[position]
        position += 1
        switch rein_messagepack_kind(token.kind) {
        case REIN_MESSAGEPACK_NIL: return .null
        case REIN_MESSAGEPACK_FALSE: return .bool(false)
        case REIN_MESSAGEPACK_TRUE: return .bool(true)
        case REIN_MESSAGEPACK_UNSIGNED: return .unsigned(token.value)
        case REIN_MESSAGEPACK_SIGNED:
            let value = Int64(bitPattern: token.value)
            return value < 0 ? .negative(value) : .unsigned(token.value)
        case REIN_MESSAGEPACK_DOUBLE: return .double(Double(bitPattern: token.value))
        case REIN_MESSAGEPACK_LIST: return .list(Int(token.count))
        case REIN_MESSAGEPACK_MAP: return .map(Int(token.count))
        case REIN_MESSAGEPACK_STRING: return .string(body(token))
        default: return .binary(body(token))
        }
    }

    private func body(_ token: rein_messagepack_token) -> StateBytes {
        let first = Int(token.value)
        return bytes[first..<first + Int(token.count)]
    }

    private func tree(depth: Int) throws(StateError) -> StateTree {
        switch try next() {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .unsigned(let value):
            guard let integer = Int64(exactly: value) else {
                throw Self.error("the integer \(value) does not fit 64 bits with a sign", .outOfRange)
            }
            return .int(integer)
        case .negative(let value): return .int(value)
        case .double(let value): return .double(value)
        case .string(let bytes):
            let text = try string(bytes)
            try budget.takeText(text)
            return .string(text)
        case .binary(let bytes):
            try budget.take(bytes.count)
            return .bytes(bytes.array)
        case .list(let count):
            guard depth < StateTree.maximumDepth else { throw depthError() }
            var elements: [StateTree] = []
            if count > 0 { try budget.takeList(count) }
            elements.reserveCapacity(count)
            for index in 0..<count {
                do {
                    elements.append(try tree(depth: depth + 1))
                } catch {
                    throw error.nested(under: String(index))
                }
            }
            return .list(elements)
        case .map(let count):
            return try map(count, depth: depth)
        }
    }

    private func map(_ count: Int, depth: Int) throws(StateError) -> StateTree {
        var map = StateMap()
        if count > 0 { try budget.takeMap(count) }
        map.reserveCapacity(count)
        for index in 0..<count {
            let key: String
            switch try next() {
            case .string(let bytes):
                key = try string(bytes)
                try budget.takeText(key)
            case .unsigned(let value): key = String(value)
            case .negative(let value): key = String(value)
            case .binary(let bytes) where index == 0:
                try budget.takeTensor()
                return .tensor(try tensor(entries: count, firstKey: bytes))
            default: throw Self.error("a key is neither a string nor an integer")
            }
            guard depth < StateTree.maximumDepth else { throw depthError() }
            let value: StateTree
            do { value = try tree(depth: depth + 1) } catch { throw error.nested(under: key) }
            guard map.append(key, value) else { throw Self.error("the key \"\(key.shortened)\" appears twice") }
        }
        guard depth < StateTree.maximumDepth else { throw depthError() }
        return .map(map)
    }

    func string(_ bytes: StateBytes) throws(StateError) -> String {
        let string = bytes.withUnsafeBytes { String(checkingUTF8: $0) }
        guard let string else { throw Self.error("a string is not valid UTF-8") }
        return string
    }

    @inline(never)
    static func error(_ message: String, _ code: StateError.Code = .malformed) -> StateError {
        StateError(code, "MessagePack: \(message)")
    }
}
