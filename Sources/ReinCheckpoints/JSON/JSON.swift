/// Strict and exact JSON, as state trees.
///
/// Integers and doubles stay apart: `1` is an integer, `1.0` and `1e0` are doubles; doubles are written with the
/// fewest digits that give back the same bits.
///
///     let tree = try JSON.parse(#"{"gamma": 0.99, "hidden": [64, 64]}"#)
///     print(JSON.text(tree, pretty: true))
public enum JSON {
    /// The tree of a JSON text.
    ///
    /// - Throws: `StateError` with `.malformed` and the line and column of whatever breaks RFC 8259, and besides of
    ///   duplicate keys, nesting deeper than `StateTree.maximumDepth`, and bytes after the value; `.outOfRange` for
    ///   integers that do not fit 64 bits, for doubles too large to be finite, and for a text of so many values that the
    ///   tree would take more memory than the text and 160 MB.
    @inline(never)  // Once for its many callers, to whom a call is nothing.
    public static func parse(_ text: String) throws(StateError) -> StateTree {
        try parse(text, maximumDepth: StateTree.maximumDepth)
    }

    /// The tree of a JSON text in UTF-8; see `parse(_:)` for a string.
    @inline(never)  // Once for its many callers, to whom a call is nothing.
    public static func parse(_ bytes: [UInt8]) throws(StateError) -> StateTree {
        try bytes.withUnsafeBytes { bytes in Result { () throws(StateError) in try parse(bytes) } }.get()
    }

    /// The tree of a text in UTF-8 that Python's `json` wrote: `NaN`, `Infinity` and `-Infinity`, which JSON has no words
    /// for, are doubles in it.
    ///
    /// - Throws: `StateError` as for any other text.
    @inline(never)  // Once for its many callers, to whom a call is nothing.
    package static func parse(fromPython bytes: [UInt8]) throws(StateError) -> StateTree {
        try StateBytes(bytes).withUnsafeBytes { bytes throws(StateError) in
            var parser = JSONParser(
                bytes: bytes, maximumDepth: StateTree.maximumDepth, allowsNonFiniteNumbers: true)
            return try parser.document()
        }
    }

    /// The tree of a JSON text; see `parse(_:)`.
    @inline(never)  // Once for its many callers, to whom a call is nothing.
    static func parse(_ text: String, maximumDepth: Int) throws(StateError) -> StateTree {
        var text = text
        let result = text.withUTF8 { bytes in
            Result { () throws(StateError) in
                try parse(UnsafeRawBufferPointer(bytes), maximumDepth: maximumDepth)
            }
        }
        return try result.get()
    }

    /// The tree of a JSON text in UTF-8; see `parse(_:)` for a string.
    @inline(never)  // Once for its many callers, to whom a call is nothing.
    static func parse(
        _ bytes: UnsafeRawBufferPointer, maximumDepth: Int = StateTree.maximumDepth
    ) throws(StateError) -> StateTree {
        var parser = JSONParser(bytes: bytes, maximumDepth: maximumDepth)
        return try parser.document()
    }

    /// The JSON text of a tree, on one line unless `pretty`.
    ///
    /// JSON has fewer kinds than trees: NaN and the infinities become `null`, bytes base64 text, tensors nested lists
    /// of numbers (float16 ones lists of their bit patterns). Everything else is read back as it was.
    @inline(never)  // Once for its many callers, to whom a call is nothing.
    public static func text(_ tree: StateTree, pretty: Bool = false) -> String {
        var writer = JSONWriter(pretty: pretty)
        writer.write(tree)
        return writer.text
    }

    /// The text of a tree as Python's `json` would write it: `NaN`, `Infinity` and `-Infinity` stay what they are, so that
    /// it is no JSON when there are any. `parse(fromPython:)` reads it.
    package static func text(forPython tree: StateTree) -> String {
        var writer = JSONWriter(pretty: false, writingNonFiniteNumbers: true)
        writer.write(tree)
        return writer.text
    }
}

extension StateTree: CustomStringConvertible {
    /// The tree as JSON, with what JSON lacks approximated.
    public var description: String { JSON.text(self) }
}
