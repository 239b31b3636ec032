/// Trials that are compared with one another whenever all of them have come as far.
struct HyperBandBracket: Sendable {
    /// A trial that is still in the race.
    struct Runner: Sendable, Equatable {
        /// How far it has come.
        var time = 0.0
        /// The score of its newest result; nil where that has none.
        var score: TrialScore?
    }

    /// What brackets of its kind have in common.
    let kind: HyperBandScheduler.Configuration.BracketKind
    private let settings: HyperBandScheduler.Configuration
    /// All trials that were ever in it, in the order of their coming.
    private(set) var members: [TrialID] = []
    /// Those that are still in the race.
    private(set) var runners: [TrialID: Runner] = [:]
    /// The number of trials that it has room for; fewer after each halving.
    private(set) var capacity: Int
    /// Where its trials are compared next.
    private(set) var milestone: Int
    /// How often its trials are still halved before the end.
    private(set) var halvingsLeft: Int
    /// What its trials have come forward, together.
    private(set) var progress = 0.0
    /// The number of runners that have reached the milestone.
    private var arrived = 0

    /// Makes a bracket without trials.
    init(kind: HyperBandScheduler.Configuration.BracketKind, settings: HyperBandScheduler.Configuration) {
        self.kind = kind
        self.settings = settings
        capacity = kind.capacity
        milestone = kind.firstMilestone
        halvingsLeft = kind.halvings
    }

    /// Whether there is no room for another trial.
    var isFilled: Bool { runners.count >= capacity }

    /// The trials that are still in the race, in the order of their coming.
    var runnersInOrder: [TrialID] { members.filter { runners[$0] != nil } }

    /// Adds a trial, which may have been in the race before.
    mutating func add(_ id: TrialID, isMember: Bool) {
        if !isMember { members.append(id) }
        runners[id] = Runner()
    }

    /// Takes note of a result.
    mutating func update(_ id: TrialID, time: Double, score: TrialScore?) {
        guard let runner = runners[id] else { return }
        progress += time - runner.time
        arrived += (hasArrived(time) ? 1 : 0) - (hasArrived(runner.time) ? 1 : 0)
        runners[id] = Runner(time: time, score: score)
    }

    /// Whether a trial that has come so far is at the milestone.
    func hasArrived(_ time: Double) -> Bool { time >= Double(milestone) }

    /// Whether a trial is still in the race and need not wait for others.
    func goesOn(_ id: TrialID) -> Bool {
        guard let runner = runners[id] else { return false }
        return runsOn || !hasArrived(runner.time)
    }

    /// Whether its trials are compared no more and run on.
    var runsOn: Bool { halvingsLeft == 0 && !settings.stopsLastTrials }

    /// Takes a trial out of the race.
    mutating func remove(_ id: TrialID) {
        guard let runner = runners.removeValue(forKey: id) else { return }
        if hasArrived(runner.time) { arrived -= 1 }
    }

    /// Compares the trials when all of them have come to the milestone, and sets the next one; at the last, ends.
    ///
    /// - Returns: the trials that are out, the worst first, and how many of them were beaten.
    mutating func closeRounds() -> (out: [TrialID], beaten: Int) {
        var out: [TrialID] = []
        while !runners.isEmpty, arrived == runners.count, !runsOn {
            guard halvingsLeft > 0 else {
                let beaten = out.count
                out += runnersInOrder
                runners = [:]
                arrived = 0
                return (out, beaten)
            }
            out += halve()
        }
        return (out, out.count)
    }

    /// How much of what its trials may do together is done: from 0 to 1.
    var completion: Double {
        if halvingsLeft == 0, settings.stopsLastTrials, arrived == runners.count { return 1 }
        return min(progress / totalWork, 1)
    }

    /// Lets the best go on to the next milestone.
    ///
    /// - Returns: the others, the worst first. Of equal ones those that came later are the better ones.
    private mutating func halve() -> [TrialID] {
        halvingsLeft -= 1
        capacity = Int((Double(capacity) / settings.reductionFactor).rounded(.up))
        milestone = Int(min(Double(milestone) * settings.reductionFactor, Double(settings.maxTime)))
        let ranked = runnersInOrder.enumerated().map { place, id in
            (id: id, place: place, score: runners[id]?.score ?? TrialScore(.nan))
        }.sorted { ($0.score, $0.place) < ($1.score, $1.place) }
        let beaten = ranked.dropLast(capacity).map(\.id)
        for id in beaten { runners[id] = nil }
        arrived = runners.values.reduce(0) { $0 + (hasArrived($1.time) ? 1 : 0) }
        return beaten
    }

    /// What the trials of a full bracket come forward together, as Ray counts it: the order of the brackets depends on it.
    private var totalWork: Double {
        var (trials, time, work) = (Double(kind.capacity), Double(kind.firstMilestone), 0.0)
        for _ in 0...kind.halvings {
            work += trials * time
            trials = (trials / settings.reductionFactor).rounded(.up)
            time = min(time * settings.reductionFactor, Double(settings.maxTime - kind.firstMilestone))
                .rounded(.towardZero)
        }
        return work
    }
}

/// A bracket's state.
extension HyperBandBracket {
    /// Puts a bracket back to where it was.
    mutating func restore(
        members: [TrialID], runners: [TrialID: Runner], capacity: Int, milestone: Int, halvingsLeft: Int,
        progress: Double
    ) {
        self.members = members
        self.runners = runners
        self.capacity = capacity
        self.milestone = milestone
        self.halvingsLeft = halvingsLeft
        self.progress = progress
        arrived = runners.values.reduce(0) { $0 + (hasArrived($1.time) ? 1 : 0) }
    }
}
