public import ReinCheckpoints

/// A choice whose cases bring keys of their own, which come beside the key of the choice when their case is chosen.
public struct ConditionalChoice: Sendable {
    /// A value that can be chosen.
    public struct Case: Sendable {
        /// The value.
        public let value: StateTree
        /// The keys that come with it.
        public let brings: SearchSpace

        /// Makes a case.
        public init(_ value: StateTree, brings: SearchSpace = [:]) {
            self.value = value
            self.brings = brings
        }
    }

    /// The cases, of different values.
    public let cases: [Case]
    /// The values of the cases and how likely they are.
    public let domain: CategoryDomain

    /// Makes a choice.
    ///
    /// - Throws: `StateError` when there are no cases or two of one value, and for weights as `CategoryDomain` does.
    public init(_ cases: [Case], weights: [Double]? = nil) throws(StateError) {
        // Equal values have one text.
        var seen: [String: [StateTree]] = [:]
        for one in cases {
            let text = JSON.text(one.value)
            guard seen[text]?.contains(one.value) != true else {
                throw StateError(.malformed, "two cases have the value \(one.value.summary)")
            }
            seen[text, default: []].append(one.value)
        }
        domain = try CategoryDomain(cases.map(\.value), weights: weights)
        self.cases = cases
    }

    /// The case of a value.
    func index(of value: StateTree) -> Int? { cases.firstIndex { $0.value == value } }
}
