extension [String] {
    /// The strings in the order of their bytes.
    var sortedByBytes: [String] { sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
}
