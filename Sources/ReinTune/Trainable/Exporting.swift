/// A trainable that writes what it has learnt in the formats of others.
public protocol Exporting: Trainable {
    /// Writes models.
    ///
    /// - Parameters:
    ///   - formats: the names of the formats; one that is not known is an error that names the nearest.
    ///   - directory: the path of an existing directory.
    /// - Returns: the path of each format's file or folder.
    /// - Throws: what cannot be written.
    func exportModel(formats: [String], to directory: String) async throws -> [String: String]
}
