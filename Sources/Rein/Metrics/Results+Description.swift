import ReinNumerics

// Every result prints as one line that can be read: `print(try algorithm.train())`.

extension Episode: CustomStringConvertible {
    /// `return 21.0, 21 steps`.
    public var description: String {
        "return \(NumberText.decimal(totalReward)), \(NumberText.count(length, "step", "steps"))"
    }
}

extension EpisodeSummary: CustomStringConvertible {
    /// `return 21.3 (9.0 to 60.0), length 21.3, 48 episodes`.
    public var description: String {
        "return \(NumberText.decimal(returnMean)) (\(NumberText.decimal(returnMinimum)) to "
            + "\(NumberText.decimal(returnMaximum))), length \(NumberText.decimal(lengthMean)), "
            + NumberText.count(count, "episode", "episodes")
    }
}

extension EpisodeWindow: CustomStringConvertible {
    /// `return 21.3 (9.0 to 60.0), length 21.3, 100 episodes of 2,304`, or `no episodes`.
    public var description: String {
        summary.map { "\($0)" + (total > $0.count ? " of \(NumberText.grouped(total))" : "") } ?? "no episodes"
    }
}
