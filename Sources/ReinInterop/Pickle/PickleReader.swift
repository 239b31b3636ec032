import ReinCheckpoints

/// Reads pickles without doing what they say.
///
/// A pickle is a program that names Python functions and calls them. This carries out the part that moves values
/// around; a call becomes a record of what would have been called with what, and only names on a list may occur at all.
/// Every step takes at least a byte and makes at most one value or mark, so that time and memory are bounded by the
/// length of the input, and by `maximumValues`.
struct PickleReader {
    /// The largest number of values and marks that a pickle may make; those of agents make some thousands.
    static let maximumValues = 1 << 18

    /// The names that may occur, with their modules.
    let globals: Set<String>
    /// Whether the pickle may stand for things outside it, as those of torch do for their tensors' numbers.
    let allowsPersistentIdentifiers: Bool

    var input: PickleInput
    var nodes: [PickleNode] = []
    var stack: [PickleValue] = []
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]
    private var valueCount = 0

    private init(_ bytes: [UInt8], globals: Set<String>, allowsPersistentIdentifiers: Bool) {
        input = PickleInput(bytes)
        self.globals = globals
        self.allowsPersistentIdentifiers = allowsPersistentIdentifiers
    }

    /// Reads one whole pickle, and nothing behind it.
    ///
    /// - Throws: `StateError` that names the opcode or global that is refused, or what is wrong, and the byte.
    static func read(
        _ bytes: [UInt8], globals: Set<String>, allowsPersistentIdentifiers: Bool = false
    ) throws(StateError) -> PickleDocument {
        var reader = PickleReader(bytes, globals: globals, allowsPersistentIdentifiers: allowsPersistentIdentifiers)
        let root = try reader.run()
        return PickleDocument(nodes: reader.nodes, root: root)
    }

    private mutating func run() throws(StateError) -> PickleValue {
        while true {
            let byte = try input.beginOpcode()
            guard let opcode = PickleOpcode(rawValue: byte) else {
                if let name = PickleOpcode.refusedName(byte) {
                    throw input.error(.unsupportedFormat, "the opcode \(name) is not read")
                }
                throw input.error(.malformed, "there is no opcode 0x\(String(byte, radix: 16))")
            }
            if opcode == .stop { break }
            try perform(opcode)
        }
        guard stack.count == 1, marks.isEmpty, input.isAtEnd else {
            throw input.error(.malformed, "expected one value and the end of the pickle")
        }
        return stack[0]
    }

    private mutating func perform(_ opcode: PickleOpcode) throws(StateError) {
        switch opcode {
        case .protocolVersion:
            let version = try input.byte()
            guard version <= 5 else { throw input.error(.unsupportedVersion, "a pickle of protocol \(version)") }
        case .frame: _ = try input.length(of: 8)
        case .mark:
            try countValue()
            marks.append(stack.count)
        case .none: try push(.none)
        case .yes: try push(.bool(true))
        case .no: try push(.bool(false))
        case .byteInteger, .shortInteger, .integer, .long, .veryLong, .double,
            .shortText, .text, .longText, .shortBytes, .bytes, .longBytes, .byteArray:
            try push(try input.literal(opcode))
        case .emptyTuple: try push(PickleNode(kind: .tuple))
        case .tuple1: try pushTuple(try pop(count: 1))
        case .tuple2: try pushTuple(try pop(count: 2))
        case .tuple3: try pushTuple(try pop(count: 3))
        case .tuple: try pushTuple(try popToMark())
        case .emptyList: try push(PickleNode(kind: .list))
        case .append: try extendList(by: try pop(count: 1))
        case .appends: try extendList(by: try popToMark())
        case .emptyDictionary: try push(PickleNode(kind: .dictionary))
        case .setItem: try extendDictionary(by: try pop(count: 2))
        case .setItems: try extendDictionary(by: try popToMark())
        case .put: try remember(Int(try input.byte()))
        case .longPut: try remember(Int(try input.unsigned(4)))
        case .memoize: try remember(memo.count)
        case .get: try recall(Int(try input.byte()))
        case .longGet: try recall(Int(try input.unsigned(4)))
        case .global: try pushGlobal(module: try input.line(), name: try input.line())
        case .stackGlobal:
            let names = try pop(count: 2)
            guard case .string(let module) = names[0], case .string(let name) = names[1] else {
                throw input.error(.malformed, "a global without a name")
            }
            try pushGlobal(module: module, name: name)
        case .reduce, .newObject, .newObjectWithKeywords: try makeRecord(opcode)
        case .build: try setState()
        case .persistentIdentifier:
            guard allowsPersistentIdentifiers else {
                throw input.error(.unsupportedFormat, "the opcode BINPERSID is not read here")
            }
            try push(PickleNode(kind: .persistentIdentifier, elements: try pop(count: 1)))
        case .stop: break
        }
    }
}

/// The stack and the memo.
extension PickleReader {
    mutating func push(_ value: PickleValue) throws(StateError) {
        try countValue()
        stack.append(value)
    }

    mutating func push(_ node: PickleNode) throws(StateError) {
        nodes.append(node)
        try push(.node(nodes.count - 1))
    }

    private mutating func pushTuple(_ elements: [PickleValue]) throws(StateError) {
        try push(PickleNode(kind: .tuple, elements: elements))
    }

    /// Takes values from the stack, in the order in which they came, but none from before the last mark.
    mutating func pop(count: Int) throws(StateError) -> [PickleValue] {
        guard stack.count - (marks.last ?? 0) >= count else { throw input.error(.malformed, "too few values") }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    private mutating func popToMark() throws(StateError) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw input.error(.malformed, "a mark is missing") }
        defer { stack.removeLast(stack.count - mark) }
        return Array(stack[mark...])
    }

    /// The number of the node on top of the stack, which must not lie before the last mark.
    func topNode() throws(StateError) -> Int {
        guard stack.count > marks.last ?? 0, case .node(let index)? = stack.last else {
            throw input.error(.malformed, "nothing that could be extended")
        }
        return index
    }

    private mutating func remember(_ key: Int) throws(StateError) {
        guard stack.count > marks.last ?? 0, let value = stack.last else {
            throw input.error(.malformed, "nothing to remember")
        }
        try countValue()
        memo[key] = value
    }

    private mutating func recall(_ key: Int) throws(StateError) {
        guard let value = memo[key] else { throw input.error(.malformed, "nothing was remembered as \(key)") }
        try push(value)
    }

    private mutating func countValue() throws(StateError) {
        valueCount += 1
        guard valueCount <= Self.maximumValues else {
            throw input.error(.outOfRange, "more than \(Self.maximumValues) values")
        }
    }
}
