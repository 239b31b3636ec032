import ReinCheckpoints

extension StateReader {
    /// Checks that a learner's state belongs to a method.
    ///
    /// - Throws: `StateError` when the name is missing or another one.
    func requireAlgorithm(_ expected: String) throws(StateError) {
        let name = try string("algorithm")
        guard name == expected else {
            throw try child("algorithm").error(.wrongType, "the policy was trained by \(name), not by \(expected)")
        }
    }
}
