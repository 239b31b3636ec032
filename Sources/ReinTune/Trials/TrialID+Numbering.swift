import ReinRandom

extension TrialID {
    /// The id of a trial by its number: the experiment's five characters and five digits, such as `abcde_00000`.
    ///
    /// - Parameters:
    ///   - code: what all trials of the experiment share; see `experimentCode(_:seed:)`.
    ///   - index: the number of the trial from 0. From 100,000 on it takes more than five digits.
    public init(experiment code: String, index: Int) {
        let digits = String(index)
        self.init("\(code)_\(String(repeating: "0", count: max(0, 5 - digits.count)))\(digits)")
    }

    /// Five hexadecimal characters that follow from an experiment's name and seed.
    public static func experimentCode(_ name: String, seed: UInt64) -> String {
        var random = RandomStream(seed: seed, name: "experiment \(name)")
        let digits = String(random.below(1 << 20), radix: 16)
        return String(repeating: "0", count: 5 - digits.count) + digits
    }
}
