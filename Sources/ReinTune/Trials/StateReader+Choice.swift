import ReinCheckpoints

extension StateReader {
    /// One of some words.
    ///
    /// - Parameters:
    ///   - what: what one of them is called, for messages.
    ///   - type: what the words mean.
    /// - Throws: `StateError` for another word, with the nearest one and all of them.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ what: String, as type: Choice.Type = Choice.self
    ) throws(StateError) -> Choice {
        let text = try string()
        if let choice = Choice(rawValue: text) { return choice }
        let names = Choice.allCases.map(\.rawValue)
        throw error(
            .outOfRange,
            unknownName(
                "there is no \(what) \"\(text.shortened)\"", nearest: nearestName(to: text, in: names),
                rest: "known ones are \(names.joined(separator: ", "))"))
    }
}
