public import ReinCheckpoints

/// The settings that a derived value can follow from. Paths begin at the outermost map: `optimizer/rate`, `hidden/0`.
///
///     .derived { try $0["learningRate"] * 2 }
///
/// Reading a setting that is derived itself computes it first. Every function throws `StateError` when there is no such
/// setting, when it is of another kind, and when it follows from the value that is being computed.
public struct DerivedInputs {
    private let evaluation: DerivedEvaluation

    init(_ evaluation: DerivedEvaluation) { self.evaluation = evaluation }

    /// The number at a path.
    public subscript(path: String) -> Double {
        get throws(StateError) { try read(path) { reader throws(StateError) in try reader.double() } }
    }

    /// The whole number at a path.
    public func int(_ path: String) throws(StateError) -> Int {
        try read(path) { reader throws(StateError) in try reader.int() }
    }

    /// The truth value at a path.
    public func bool(_ path: String) throws(StateError) -> Bool {
        try read(path) { reader throws(StateError) in try reader.bool() }
    }

    /// The text at a path.
    public func string(_ path: String) throws(StateError) -> String {
        try read(path) { reader throws(StateError) in try reader.string() }
    }

    /// Whatever is at a path.
    public func tree(_ path: String) throws(StateError) -> StateTree { try evaluation.tree(at: path) }

    /// Whether there is something at a path: keys that cases bring are there only when their case is chosen.
    public func contains(_ path: String) -> Bool { evaluation.contains(path) }

    private func read<Value>(
        _ path: String, _ body: (StateReader) throws(StateError) -> Value
    ) throws(StateError) -> Value {
        let tree = try tree(path)
        do {
            return try body(StateReader(tree))
        } catch {
            throw StateError(error.code, "it is derived from \"\(path.shortened)\": \(error.message)")
        }
    }
}

/// What a closure may derive.
public protocol DerivedResult: Sendable {
    /// The value as a tree.
    var tree: StateTree { get }
}

extension StateTree: DerivedResult {
    /// The tree.
    public var tree: StateTree { self }
}

extension Double: DerivedResult {
    /// The number.
    public var tree: StateTree { .double(self) }
}

extension Int: DerivedResult {
    /// The number.
    public var tree: StateTree { .int(Int64(self)) }
}

extension Bool: DerivedResult {
    /// The truth value.
    public var tree: StateTree { .bool(self) }
}

extension String: DerivedResult {
    /// The text.
    public var tree: StateTree { .string(self) }
}

extension Array: DerivedResult where Element: DerivedResult {
    /// The list.
    public var tree: StateTree { .list(map(\.tree)) }
}
