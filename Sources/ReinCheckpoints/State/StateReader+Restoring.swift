extension StateReader {
    /// Restores a value from the tree under a key; errors name the whole place.
    ///
    /// - Throws: `StateError` when the key is missing, or the value's own errors with this place before theirs.
    public func restore(_ key: String, into value: inout some Checkpointable) throws(StateError) {
        let place = try child(key)
        do {
            try value.restore(from: place.tree)
        } catch {
            throw error.nested(under: place.path)
        }
    }

    /// Restores something from the tree at this place; errors name the whole place.
    ///
    /// - Throws: the error of `body` with this place before its own.
    package func restore(_ body: (StateTree) throws(StateError) -> Void) throws(StateError) {
        do {
            try body(tree)
        } catch {
            throw error.nested(under: path)
        }
    }
}
