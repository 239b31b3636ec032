/// How two spaces differ, in words: what one has, and what the other has in its place.
package struct SpaceDifference: Hashable, Sendable {
    /// What the first space has, as "observations of shape [4]".
    package let first: String
    /// What the second one has.
    package let second: String

    private init(_ first: String, _ second: String) {
        self.first = first
        self.second = second
    }

    /// The difference of two spaces of observations, or nil when a policy for one can be given the observations of the
    /// other: when they have the same shape. Bounds tell what to expect, and nothing is computed from them.
    package init?(observations first: Box, _ second: Box) {
        guard first.shape != second.shape else { return nil }
        self.init("observations of shape \(first.shape)", "observations of shape \(second.shape)")
    }

    /// The difference of two encodings of observations, or nil when their rows mean the same, or one of them says nothing of
    /// parts, so that this is not known. Where the outside world counts indices from makes no difference to a row.
    package init?(encodings first: ObservationEncoding, _ second: ObservationEncoding) {
        let (some, others) = (first.parts, second.parts)
        guard !some.isEmpty, !others.isEmpty else { return nil }
        let index = (0..<max(some.count, others.count)).first { index in
            guard index < some.count, index < others.count else { return true }
            return !some[index].means(others[index])
        }
        guard let index else { return nil }
        func words(_ parts: [ObservationPart]) -> String {
            index < parts.count ? "\"\(parts[index])\"" : "nothing"
        }
        self.init("\(words(some)) as part \(index) of observations", words(others))
    }

    /// The difference of two action spaces, or nil when they have the same actions. Where the outside world counts
    /// discrete actions from makes no difference, since an action is its index.
    ///
    /// - Parameter boundsMatter: whether continuous actions with other bounds are others.
    package init?(actions first: ActionSpace, _ second: ActionSpace, boundsMatter: Bool = true) {
        switch (first, second) {
        case (.discrete(let first), .discrete(let second)):
            guard first.count != second.count else { return nil }
            self.init("\(first.count) discrete actions", "\(second.count)")
        case (.multiDiscrete(let first), .multiDiscrete(let second)):
            guard first.counts.count == second.counts.count else {
                self.init("actions of \(first.counts.count) components", "\(second.counts.count)")
                return
            }
            guard let component = first.counts.indices.first(where: { first.counts[$0] != second.counts[$0] }) else {
                return nil
            }
            self.init(
                "\(first.counts[component]) choices for component \(component) of an action",
                "\(second.counts[component])")
        case (.box(let first), .box(let second)):
            guard first.shape == second.shape else {
                self.init("actions of shape \(first.shape)", "actions of shape \(second.shape)")
                return
            }
            guard boundsMatter,
                let element = first.low.indices.first(where: {
                    first.low[$0] != second.low[$0] || first.high[$0] != second.high[$0]
                })
            else { return nil }
            self.init(
                "actions with element \(element) between \(first.low[element]) and \(first.high[element])",
                "between \(second.low[element]) and \(second.high[element])")
        default: self.init("\(first.kind) actions", "\(second.kind) ones")
        }
    }
}

extension ObservationPart {
    /// Whether numbers of both parts mean the same.
    fileprivate func means(_ other: ObservationPart) -> Bool {
        guard path == other.path else { return false }
        switch (kind, other.kind) {
        case (.oneHot(let counts, _), .oneHot(let others, _)): return counts == others
        case (.numbers(let shape), .numbers(let other)), (.numbers(let shape), .binary(let other)),
            (.binary(let shape), .numbers(let other)), (.binary(let shape), .binary(let other)):
            return shape == other
        default: return false
        }
    }
}

extension ActionSpace {
    /// The kind of actions in a word.
    fileprivate var kind: String {
        switch self {
        case .discrete: "discrete"
        case .multiDiscrete: "multi-discrete"
        case .box: "continuous"
        }
    }
}
