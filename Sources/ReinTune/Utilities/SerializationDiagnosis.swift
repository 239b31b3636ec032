/// What is to be said about a value that is to be saved.
public struct SerializationDiagnosis: Sendable, Hashable {
    /// Something about a value, at a place in it.
    public struct Finding: Sendable, Hashable, CustomStringConvertible {
        /// The place: keys and list indices, joined by slashes; empty for the value as a whole.
        public let path: String
        /// What is to be said.
        public let message: String

        /// The place, then the message.
        public var description: String { path.isEmpty ? message : "\(path): \(message)" }
    }

    /// Everything that cannot be saved, or does not come back as it was saved.
    public let problems: [Finding]
    /// What can be saved, but is saved in another order each time: sets, and dictionaries with other keys than text.
    public let remarks: [Finding]

    /// Whether the value can be saved.
    public var isSerializable: Bool { problems.isEmpty }
}

extension SerializationDiagnosis: CustomStringConvertible {
    /// Whether the value can be saved, then one line for each problem and each remark.
    public var description: String {
        let verdict = isSerializable ? "can be saved" : "cannot be saved"
        let lines = (problems + remarks).map { "  \($0)" }
        return lines.isEmpty ? verdict : "\(verdict):\n\(lines.joined(separator: "\n"))"
    }
}
