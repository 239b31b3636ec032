import ReinCheckpoints
import ReinRandom
import Testing

@testable import ReinTune

typealias PopulationEvent = PopulationDriver<PopulationBasedTraining>.Event

/// A recorded list of events of Ray's population-based training, and what chance did in it.
struct RecordedPopulation {
    struct Moment: Hashable {
        var trial: TrialID
        /// How many results the trial had before.
        var count: Int
    }

    struct Quantiles {
        var lower: [TrialID]
        var upper: [TrialID]
        var scores: [TrialID: Double]
    }

    let reader: StateReader
    var configurations: [StateMap] = []
    let slots: Int
    let end: Int
    var events: [PopulationEvent] = []
    var scores: [TrialID: [Int: Double]] = [:]
    var exploits: [Moment: [TrialID: RecordedDraws.Exploit]] = [:]
    var quantiles: [Moment: Quantiles] = [:]

    /// The file, which is read once.
    static let file = Result { try Fixture.named("scheduler_pbt") }

    static let names: [String] = {
        (try? file.get().child("cases").list().map { try $0.child("name").string() }) ?? []
    }()

    init(_ name: String) throws {
        let cases = try Self.file.get().child("cases").list()
        reader = try #require(try cases.first { try $0.child("name").string() == name })
        slots = try reader.int("slots")
        end = try reader.int("ends_at")
        for configuration in try reader.list("first_configs") { configurations.append(try configuration.settings()) }
        var counts: [TrialID: Int] = [:]
        var group: [TrialID: RecordedDraws.Exploit] = [:]
        var compared: Quantiles?
        for event in try reader.list("events") {
            switch try event.string("event") {
            case "start": events.append(.started(try event.trial()))
            case "resume": events.append(.resumed(try event.trial(), at: try event.int("t")))
            case "save": events.append(.saved(try event.trial(), at: try event.int("t")))
            case "stopped": events.append(.stopped(try event.trial()))
            case "quantiles": compared = try Quantiles(event)
            case "exploit":
                let exploit = try RecordedDraws.Exploit(event)
                group[try event.trial()] = exploit
                events.append(
                    .exploited(
                        try event.trial(), donor: exploit.donor, checkpoint: try event.checkpoint(),
                        exploit.configuration))
            case "paused":
                let paused = PopulationEvent.paused(try event.trial(), isSaved: try event.bool("saved"))
                // Ours is paused before it takes over.
                if case .exploited(try event.trial(), _, _, _)? = events.last {
                    events.insert(paused, at: events.count - 1)
                } else {
                    events.append(paused)
                }
            case "result":
                let (trial, time) = (try event.trial(), try event.int("t"))
                let decision = try #require(
                    PopulationDriver<PopulationBasedTraining>.Decision(rawValue: try event.string("decision")))
                events.append(.result(trial, at: time, decision))
                scores[trial, default: [:]][time] = try event.child("score").score()
                let moment = Moment(trial: trial, count: counts[trial, default: 0])
                counts[trial, default: 0] += 1
                exploits[moment] = group
                quantiles[moment] = compared
                (group, compared) = ([:], nil)
            case let other: Issue.record("unknown event \(other)")
            }
        }
    }

    /// A scheduler with the recorded arguments.
    func scheduler(seed: UInt64 = 0) throws -> PopulationBasedTraining {
        let arguments = try reader.child("arguments")
        let order = try #require(ScoreOrder(rawValue: try arguments.string("mode")))
        let configuration = try PopulationBasedTraining.Configuration(
            metric: try arguments.string("metric"), order: order, timeAttribute: try arguments.string("time_attr"),
            interval: try arguments.double("perturbation_interval"),
            burnIn: try arguments.optionalChild("burn_in_period")?.double() ?? 0,
            mutations: ["lr": .domain(.uniform(0.01...1)), "batch": [16, 32, 64, 128]],
            quantile: try arguments.optionalChild("quantile_fraction")?.double() ?? 0.25,
            resampleProbability: try arguments.optionalChild("resample_probability")?.double() ?? 0.25,
            isSynchronous: try arguments.optionalChild("synch")?.bool() ?? false)
        return PopulationBasedTraining(configuration, random: RandomStream(seed: seed, name: "test"))
    }

    /// Has the recorded results reported to our scheduler, which finds the recorded decisions of chance.
    ///
    /// - Parameters:
    ///   - restarts: whether every decision is one of a scheduler that took over the state of the one before.
    ///   - isComparing: whether the best and the worst are the recorded ones.
    func run(
        restarts: Bool = false, isComparing: Bool = true
    ) throws -> PopulationDriver<PopulationBasedTraining> {
        var driver = try PopulationDriver(try scheduler(), configurations: configurations, slots: slots, end: end)
        var counts: [TrialID: Int] = [:]
        try driver.run(
            score: { id, time in try #require(scores[id]?[time]) },
            before: { scheduler, id, _ in
                if restarts {
                    var fresh = try self.scheduler(seed: 1)
                    try fresh.restore(from: scheduler.state)
                    #expect(fresh.state == scheduler.state)
                    scheduler = fresh
                }
                let moment = Moment(trial: id, count: counts[id, default: 0])
                let saved = scheduler.members.filter(\.hasCheckpoint).map(\.id)
                scheduler.replacedDraws = RecordedDraws(exploits: exploits[moment] ?? [:], saved: Set(saved))
            },
            after: { scheduler, trials, id, _ in
                let moment = Moment(trial: id, count: counts[id, default: 0])
                counts[id, default: 0] += 1
                guard isComparing, let recorded = quantiles[moment] else { return }
                let found = scheduler.quantiles(of: scheduler.liveTrials(of: trials))
                #expect(found.lower.map { scheduler.members[$0].id } == recorded.lower)
                #expect(found.upper.map { scheduler.members[$0].id } == recorded.upper)
                let scores = scheduler.members.compactMap { member in member.score.map { (member.id, $0.value) } }
                #expect(Dictionary(uniqueKeysWithValues: scores) == recorded.scores)
            })
        return driver
    }
}

extension RecordedPopulation.Quantiles {
    init(_ event: StateReader) throws {
        lower = try event.list("lower").map { TrialID(try $0.string()) }
        upper = try event.list("upper").map { TrialID(try $0.string()) }
        scores = [:]
        for (key, value) in try event.child("scores").map() { scores[TrialID(key)] = try value.score() }
    }
}

/// Chance as it was recorded.
struct RecordedDraws: PopulationDraws {
    struct Exploit {
        var donor: TrialID
        var operations: StateMap
        var configuration: StateMap

        init(_ event: StateReader) throws {
            donor = TrialID(try event.string("donor"))
            operations = try event.child("operations").settings()
            configuration = try event.child("new").settings()
        }
    }

    var exploits: [TrialID: Exploit]
    /// The trials that others can take over from.
    var saved: Set<TrialID>
    private var current: Exploit?

    init(exploits: [TrialID: Exploit], saved: Set<TrialID>) { (self.exploits, self.saved) = (exploits, saved) }

    mutating func donor(for target: TrialID, among donors: [TrialID]) -> Int {
        current = exploits[target]
        // Where nothing was taken over, Ray drew a trial without a checkpoint.
        let place = donors.firstIndex { id in current.map { $0.donor == id } ?? !saved.contains(id) }
        guard let place else {
            Issue.record("\(target) cannot do as recorded with \(donors)")
            return 0
        }
        return place
    }

    mutating func drawsAnew(_ path: SpacePath, probability: Double) -> Bool { operation(path) == "resample" }

    mutating func value(of mutation: Mutation, at path: SpacePath) -> StateTree {
        current.flatMap { $0.configuration.value(at: path) } ?? .null
    }

    mutating func factor(among factors: [Double], at path: SpacePath) -> Double {
        let factor = factors.first { "* \($0)" == operation(path) }
        #expect(factor != nil, "\(operation(path)) is none of the factors")
        return factor ?? 1
    }

    mutating func movesUp(_ path: SpacePath) -> Bool {
        #expect(operation(path).hasPrefix("shift"))
        return operation(path).hasPrefix("shift right")
    }

    private func operation(_ path: SpacePath) -> String {
        guard case .string(let text)? = current.flatMap({ $0.operations.value(at: path) }) else { return "" }
        return text
    }
}

extension StateReader {
    fileprivate func trial() throws -> TrialID { TrialID(try string("trial")) }

    /// What the donor's checkpoint is called: `t1@2`.
    fileprivate func checkpoint() throws -> PopulationDriver<PopulationBasedTraining>.Checkpoint {
        let parts = try string("donor_checkpoint").split(separator: "@")
        return .init(trial: TrialID(String(parts[0])), time: try #require(parts[1].wholeNumber))
    }

    /// A score, where a text stands for what JSON has no number for.
    func score() throws -> Double {
        if case .string("NaN") = tree { return .nan }
        return try double()
    }
}
