import ReinCheckpoints

/// The trials that a search knows, in the order of their suggestion.
struct TPEHistory: Sendable {
    /// A trial.
    struct Trial: Sendable {
        /// Its id; nil for one of elsewhere.
        let id: TrialID?
        /// Its settings.
        let numbers: [Double]
        /// What became of it.
        var outcome: TrialOutcome
    }

    /// Whether high or low scores are the better ones.
    let order: ScoreOrder
    /// The trials.
    private(set) var trials: [Trial] = []
    /// The trials by groups of parameters.
    private(set) var groups: [GroupHistory]
    /// The number of trials that have ended.
    private(set) var completedCount = 0
    /// The numbers of the best trials, the best first: as many as can ever be good.
    private var best: [Int] = []
    private var running: [TrialID: Int] = [:]

    /// Makes the history of a search without trials.
    init(_ groups: [GroupHistory], order: ScoreOrder) {
        self.groups = groups
        self.order = order
    }

    /// Whether a trial was suggested and has not ended.
    func isRunning(_ id: TrialID) -> Bool { running[id] != nil }

    /// Adds a trial.
    mutating func append(_ numbers: [Double], id: TrialID?, outcome: TrialOutcome) {
        let number = trials.count
        trials.append(Trial(id: id, numbers: numbers, outcome: .running))
        for group in groups.indices where !numbers[groups[group].parameters[0]].isNaN {
            groups[group].append(number, numbers)
        }
        if outcome != .running {
            end(number, outcome)
        } else if let id {
            running[id] = number
        }
    }

    /// Takes note of a trial's end.
    mutating func complete(_ id: TrialID, _ outcome: TrialOutcome) {
        guard let number = running.removeValue(forKey: id) else { return }
        end(number, outcome)
    }

    private mutating func end(_ number: Int, _ outcome: TrialOutcome) {
        trials[number].outcome = outcome
        completedCount += 1
        guard let loss = loss(of: number) else { return }
        let place =
            best.firstIndex { other in
                let otherLoss = self.loss(of: other) ?? .infinity
                return (loss, number) < (otherLoss, other)
            } ?? best.count
        guard place < AgeWeights.greatestGoodCount else { return }
        best.insert(number, at: place)
        if best.count > AgeWeights.greatestGoodCount { best.removeLast() }
    }

    /// A score as a number that is to be low; nil for a trial that has none.
    private func loss(of number: Int) -> Double? {
        guard case .scored(let score) = trials[number].outcome else { return nil }
        return order == .min ? score : -score
    }

    /// The densities of the good trials and of the others in a group.
    mutating func estimators(of group: Int, constantLiar: Bool) -> (good: ParzenEstimator, bad: ParzenEstimator) {
        let good = best.prefix(AgeWeights.goodCount(completedCount)).ascending
        let excluded = constantLiar ? good : (good + running.values).ascending
        return (groups[group].estimator(of: good), groups[group].estimator(excluding: excluded))
    }
}
