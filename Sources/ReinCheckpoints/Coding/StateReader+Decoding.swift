extension StateReader {
    /// Decodes a value from the tree under a key; errors name the whole place.
    ///
    /// - Throws: `StateError` when the key is missing or holds something else.
    public func decode<Value: Decodable>(_ type: Value.Type, _ key: String) throws(StateError) -> Value {
        let place = try child(key)
        return try StateDecoder().decode(type, from: place.tree, path: place.path)
    }
}
