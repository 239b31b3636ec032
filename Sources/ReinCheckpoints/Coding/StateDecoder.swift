/// Turns state trees back into `Decodable` values, strictly.
///
/// The counterpart of `StateEncoder`. An integer is never taken from a double; a double may be taken from an integer
/// that is exact as one, so that a person may write `1` for `1.0`; `Float` is rounded from a double. Keys that the
/// type does not ask for are ignored: check them with `StateReader.expectKeys` where they matter.
public struct StateDecoder: Sendable {
    /// Creates a decoder.
    public init() {}

    /// The value that `tree` describes.
    ///
    /// - Parameters:
    ///   - type: the type of the value.
    ///   - tree: what describes it.
    ///   - path: Where the tree came from; in front of the path in errors.
    /// - Throws: `StateError` with the place at fault.
    public func decode<Value: Decodable>(
        _ type: Value.Type, from tree: StateTree, path: String = ""
    ) throws(StateError) -> Value {
        do {
            return try NodeDecoder(reader: StateReader(tree, path: path)).value(type)
        } catch let error as StateError {
            throw error
        } catch let error as DecodingError {
            throw StateError(error, under: path)
        } catch {
            throw StateError(.malformed, "\(error)", path: path)
        }
    }
}

extension StateError {
    /// What a `DecodingError` says, in our words.
    init(_ error: DecodingError, under path: String) {
        func place(_ context: DecodingError.Context, _ key: (any CodingKey)? = nil) -> String {
            (context.codingPath + (key.map { [$0] } ?? [])).reduce(path) { joinedPath($0, $1.stringValue) }
        }
        switch error {
        case .keyNotFound(let key, let context):
            self.init(.missingKey, "required, but missing", path: place(context, key))
        case .typeMismatch(_, let context): self.init(.wrongType, context.debugDescription, path: place(context))
        case .valueNotFound(_, let context): self.init(.wrongType, context.debugDescription, path: place(context))
        case .dataCorrupted(let context): self.init(.malformed, context.debugDescription, path: place(context))
        @unknown default: self.init(.malformed, "\(error)", path: path)
        }
    }
}

extension StateReader {
    /// The integer at this place in a type that holds it.
    func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) throws(StateError) -> Integer {
        let stored = try int64()
        if Integer.bitWidth == 64 { return Integer(truncatingIfNeeded: stored) }
        guard let value = Integer(exactly: stored) else {
            throw error(.outOfRange, "\(stored) is not in \(Integer.min)...\(Integer.max)")
        }
        return value
    }

    /// The number at this place, rounded to single precision.
    func float() throws(StateError) -> Float {
        let stored = try double()
        let value = Float(stored)
        guard value.isFinite || !stored.isFinite else { throw error(.outOfRange, "\(stored) is too large") }
        return value
    }
}
