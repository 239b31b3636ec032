/// A value of saved state: the only currency between objects and disks.
///
/// Objects produce and consume trees, codecs turn trees into bytes, the checkpoint directory arranges bytes into
/// files. Trees read like data, thanks to literals:
///
///     let tree: StateTree = [
///         "version": 1,
///         "architecture": ["inputs": 4, "hidden": [64, 64], "activation": "tanh"],
///         "learningRate": 3e-4,
///         "normalizer": nil,
///     ]
///
/// Two trees are equal when a codec would write the same bytes for them: doubles are compared by their bits, except
/// that every NaN equals every other, strings by their UTF-8, and the order of a map's keys matters.
public enum StateTree: Sendable {
    /// Nothing, written down explicitly.
    case null
    /// A truth value.
    case bool(Bool)
    /// A signed integer. Unsigned 64-bit integers are stored by their bit pattern.
    case int(Int64)
    /// A double-precision number. All survive, the payload of a NaN aside.
    case double(Double)
    /// Text.
    case string(String)
    /// Uninterpreted bytes, small ones; large numeric data belongs in a tensor.
    case bytes([UInt8])
    /// An n-dimensional array of numbers. Indirect, so that the other values do not need room for one.
    indirect case tensor(StateTensor)
    /// A sequence of trees.
    case list([StateTree])
    /// Named trees, in order.
    case map(StateMap)

    /// The number of lists and maps that may lie inside one another: 128. Codecs refuse deeper trees in both directions.
    public static let maximumDepth = 128

    /// The name of the case, for messages: `"integer"`, `"map"`, ...
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .int: "integer"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .tensor: "tensor"
        case .list: "list"
        case .map: "map"
        }
    }

    /// The kind, and the value where it is a single one, for messages: `integer 64`, `string "RELU"`, `list`.
    package var summary: String {
        switch self {
        case .bool(let value): "\(kind) \(value)"
        case .int(let value): "\(kind) \(value)"
        case .double(let value): "\(kind) \(value)"
        case .string(let value): "\(kind) \"\(value.shortened)\""
        case .null, .bytes, .tensor, .list, .map: kind
        }
    }

    /// Whether this is `null`.
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }
}

extension StateTree: Equatable {
    /// Whether a codec would write the same bytes for both.
    @inline(never)  // Once for its many callers, to whom a call is nothing.
    public static func == (left: StateTree, right: StateTree) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.int(let left), .int(let right)): left == right
        case (.double(let left), .double(let right)):
            left.bitPattern == right.bitPattern || (left.isNaN && right.isNaN)
        case (.string(let left), .string(let right)): left.isIdentical(to: right)
        case (.bytes(let left), .bytes(let right)): left == right
        case (.tensor(let left), .tensor(let right)): left == right
        case (.list(let left), .list(let right)): left == right
        case (.map(let left), .map(let right)): left == right
        default: false
        }
    }
}
