public import ReinNumerics

/// Masks: which actions of a space are valid at present.
///
/// A mask has an entry for each action of a discrete space, or for each choice of every component of a multi-discrete
/// one, the components side by side. Continuous actions have none.
extension ActionSpace {
    /// The number of choices of each component: one component for a discrete space, none for a box.
    public var choiceCounts: [Int] {
        switch self {
        case .discrete(let discrete): [discrete.count]
        case .multiDiscrete(let multiDiscrete): multiDiscrete.counts
        case .box: []
        }
    }

    /// The number of entries of a mask; 0 for a box.
    public var maskWidth: Int {
        switch self {
        case .discrete(let discrete): discrete.count
        case .multiDiscrete(let multiDiscrete): multiDiscrete.choiceCount
        case .box: 0
        }
    }

    /// Why a list of entries is no mask of this space, or nil when it is one: it must have as many entries as there
    /// are choices, and a valid one for each component.
    public func problem(ofMask mask: [Bool]) -> String? {
        if case .box = self { return "only discrete actions can be masked" }
        guard mask.count == maskWidth else { return "a mask of \(mask.count) entries, expected \(maskWidth)" }
        var rest = mask[...]
        for (component, count) in choiceCounts.enumerated() {
            guard rest.prefix(count).contains(true) else {
                return choiceCounts.count == 1
                    ? "a mask must leave at least one valid action"
                    : "a mask must leave at least one valid choice for component \(component)"
            }
            rest = rest.dropFirst(count)
        }
        return nil
    }

    /// Writes a random action, uniform among the valid ones, into a row of `width` floats.
    ///
    /// - Parameters:
    ///   - row: where the action goes.
    ///   - mask: `maskWidth` entries, a valid one for each component; not read for a box.
    ///   - random: the stream to draw from.
    public func sample(
        into row: UnsafeMutablePointer<Float>, mask: UnsafePointer<Bool>, using random: inout RandomStream
    ) {
        guard isDiscrete else { return sample(into: row, using: &random) }
        var base = 0
        for (component, count) in choiceCounts.enumerated() {
            let valid = (0..<count).filter { mask[base + $0] }
            precondition(!valid.isEmpty, "no action is valid")
            row[component] = Float(valid[random.below(valid.count)])
            base += count
        }
    }
}
