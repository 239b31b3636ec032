/// A tree on one line of JSON, numbers that are not finite and bytes included, as `state.json` marks them. It holds no
/// tensors.
package enum TreeLine {
    /// The line of a tree, without its end.
    ///
    /// - Throws: `StateError` that names a tensor.
    @inline(never)  // Once for its many callers, to whom a call is nothing.
    package static func text(of tree: StateTree) throws(StateError) -> String {
        if let tensor = try TreeMarkup.tensors(of: tree).first {
            throw StateError(.wrongType, "a tensor cannot be written on a line; give numbers", path: tensor.name)
        }
        var writer = JSONWriter(pretty: false)
        TreeMarkup.write(tree, to: &writer)
        return writer.text
    }

    /// The tree that a line holds.
    ///
    /// - Throws: `StateError` for what is no such line.
    package static func tree(in line: [UInt8]) throws(StateError) -> StateTree {
        var markup = TreeMarkup(tensors: Table())
        return try markup.unmark(try JSON.parse(line))
    }
}
