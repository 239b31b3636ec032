import ReinSpaces

/// How near the numbers of another program must be to those of a policy, for one observation: a hundred-thousandth of the
/// largest output, or of 1.
///
/// Where large numbers cancel, the order in which they are added and whether products are rounded decide over more. How
/// much shows in what the last bit of the observation changes.
struct RowComparison {
    /// The outputs of the policy.
    let outputs: [Float]
    private var tolerance: Float

    init(outputs: [Float]) {
        self.outputs = outputs
        tolerance = 1e-5 * outputs.reduce(1) { max($0, $1.isNaN ? 0 : abs($1)) }
    }

    /// Allows several times the difference between numbers and those for an observation whose last bits are others.
    mutating func allow(_ times: Float, of numbers: [Float], _ nudged: [Float]) {
        for (one, other) in zip(numbers, nudged) where (one - other).isFinite {
            tolerance = max(tolerance, times * abs(one - other))
        }
    }

    /// What is wrong with numbers; nil when nothing is.
    func problem(_ found: [Float], _ expected: [Float]) -> String? {
        let isSame =
            found.count == expected.count
            && zip(found, expected).allSatisfy {
                $0 == $1 || abs($0 - $1) <= max(tolerance, 1e-5 * abs($1)) || ($0.isNaN && $1.isNaN)
            }
        return isSame ? nil : "\(found.prefix(8)), not \(expected.prefix(8))"
    }

    /// What is wrong with an action; nil when nothing is. A discrete one is always valid, and the same where the outputs
    /// are the same to the last bit or the two best are not too close to tell.
    func problem(
        action found: [Float], _ expected: [Float], _ space: ActionSpace, isExact: Bool, _ mask: [Bool]?
    ) -> String? {
        let counts: [Int]
        var start: Float = 0
        switch space {
        case .box: return problem(found, expected)
        case .discrete(let discrete): (counts, start) = ([discrete.count], Float(discrete.start))
        case .multiDiscrete(let space): counts = space.counts
        }
        guard found.count == counts.count else { return "\(found)" }
        var first = 0
        for (index, count) in counts.enumerated() {
            guard let choice = Int(exactly: found[index] - start), (0..<count).contains(choice) else {
                return "an action of \(found)"
            }
            if let mask, !mask[first + choice] { return "an action of \(choice), which is masked" }
            let valid = (0..<count).filter { mask?[first + $0] ?? true }.map { outputs[first + $0] }.sorted()
            let isClose = valid.count > 1 && valid[valid.count - 1] - valid[valid.count - 2] <= 10 * tolerance
            if isExact || !isClose, Float(choice) != expected[index] {
                return "an action of \(found), not \(expected) from \(start)"
            }
            first += count
        }
        return nil
    }
}
