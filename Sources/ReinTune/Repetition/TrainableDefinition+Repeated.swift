public import ReinCheckpoints

extension TrainableDefinition {
    /// The same trained with several seeds at once, as one trainable: luck then decides less on what settings are
    /// worth.
    ///
    ///     let definition = try TrainableDefinition(Regression.self).repeated(seeds: 5, summary: .interquartileMean)
    ///
    /// Each step is one of every seed, one after another. A metric that is a number with every seed is the summary of
    /// these numbers, NaN if one of them is; counts and times are sums. What each seed measured is under `seeds/0/`,
    /// `seeds/1/` and so on. A seed that is done is not stepped any more and keeps its last metrics; the whole is done
    /// when all are. A checkpoint is made when one of them asks for it, and has a folder for each, `seed_0` and so on,
    /// which is a checkpoint of what is repeated. Models are exported to such folders, too, each format by the name
    /// `seeds/0/format`.
    ///
    /// The settings of each differ in the seed alone: that of the configuration, or `firstSeed` where there is none,
    /// then one more each. Settings whose seeds are to have nothing in common need seeds that lie further apart.
    ///
    /// - Parameters:
    ///   - count: the number of seeds.
    ///   - key: the setting that is the seed, a whole number.
    ///   - summary: what the metrics of the seeds are made into.
    ///   - firstSeed: the first seed where the configuration has none.
    /// - Throws: `StateError` for less than one seed, and for a function: it reports when it likes to, so that nobody
    ///   can step several of them together.
    public func repeated(
        seeds count: Int, key: String = "seed", summary: ScoreSummary = .mean, firstSeed: Int = 0
    ) throws(StateError) -> TrainableDefinition {
        guard count >= 1 else {
            throw StateError(.outOfRange, "\(count) is out of range (allowed: 1 and more)", path: "seeds")
        }
        guard style == .type else {
            throw StateError(
                .unsupportedFormat,
                "is a function, which cannot be trained with several seeds as one: write it as a type",
                path: name)
        }
        let repetition = SeedRepetition(count: count, key: key, summary: summary, firstSeed: firstSeed)
        return making { configuration, context in
            let members = try await repetition.makeMembers(of: self, configuration, context)
            return members[0].trainable.repeating(repetition, with: members)
        }
    }
}

extension Trainable {
    /// Members that are made of trainables of this one's type.
    fileprivate func repeating(_ repetition: SeedRepetition, with members: [TrainableDriver]) -> any Trainable {
        RepeatedTrainable<Self>(repetition, members)
    }
}
