public import ReinCheckpoints
import ReinRandom

/// A scheduler as it is described, with its settings.
///
///     {"type": "asha", "maxTime": 81, "reductionFactor": 3}
public enum SchedulerPlan: Sendable {
    /// Trials run in the order of their making, and none is stopped.
    case fifo
    /// Trials are stopped at rungs.
    case asha(ASHAScheduler.Configuration)
    /// Trials are halved in brackets.
    case hyperBand(HyperBandScheduler.Configuration)
    /// Trials are stopped that do worse than the median.
    case medianStopping(MedianStoppingRule.Configuration)
    /// Trials take over from better ones.
    case populationBased(PopulationBasedTraining.Configuration)
    /// One trial goes the way of another, from the file at a path that population-based training wrote.
    case replay(policy: String)

    /// The words for schedulers.
    private enum Kind: String, CaseIterable {
        case fifo, asha, hyperBand, medianStopping, populationBased, replay
    }

    private static let kindKey = "type"
    private static let policyKey = "policy"

    /// What trials are compared by; nil for those that are not compared.
    public var objective: TrialObjective? {
        switch self {
        case .fifo, .replay: nil
        case .asha(let settings): settings.objective
        case .hyperBand(let settings): settings.objective
        case .medianStopping(let settings): settings.objective
        case .populationBased(let settings): settings.objective
        }
    }

    /// Whether trials are paused and go on from their checkpoints, so that what is trained has to be able to. A
    /// function has to report a checkpoint with every result.
    public var needsCheckpoints: Bool {
        switch self {
        case .fifo, .asha: false
        case .hyperBand, .medianStopping, .populationBased, .replay: true
        }
    }

    /// Makes the scheduler.
    ///
    /// - Parameter seed: what random numbers are made from.
    /// - Throws: `StateError` for the file of a replay, when it cannot be read.
    public func makeScheduler(seed: UInt64) throws(StateError) -> any TrialScheduler {
        switch self {
        case .fifo: return FIFOScheduler()
        case .asha(let settings):
            return ASHAScheduler(settings, random: RandomStream(seed: seed, name: "asha"))
        case .hyperBand(let settings): return HyperBandScheduler(settings)
        case .medianStopping(let settings): return MedianStoppingRule(settings)
        case .populationBased(let settings):
            return PopulationBasedTraining(
                settings, random: RandomStream(seed: seed, name: "population-based training"))
        case .replay(let path):
            let text = String(decoding: try LocalFile.read(path, limit: Self.policyLimit), as: UTF8.self)
            return try PopulationBasedTrainingReplay(policy: text, name: path)
        }
    }

    /// The largest number of bytes of a policy: 64 MB.
    private static let policyLimit = 1 << 26
}

/// Schedulers as data.
extension SchedulerPlan {
    /// Reads a scheduler: its type, and its settings but for the metric and the order, which are those of the
    /// experiment.
    ///
    /// - Parameters:
    ///   - reader: the settings.
    ///   - metric: the metric of the experiment; nil when it has none.
    ///   - order: which values of the metric are the better ones.
    /// - Throws: `StateError` that names the place: what is unknown, with the nearest name, of another type or out of
    ///   range; a metric that is missing, or said here, too.
    init(_ reader: StateReader, metric: String?, order: ScoreOrder) throws(StateError) {
        let kind: Kind = try reader.child(Self.kindKey).choice("scheduler")
        switch kind {
        case .fifo:
            try reader.expectKeys([Self.kindKey])
            self = .fifo
        case .replay:
            try reader.expectKeys([Self.kindKey, Self.policyKey])
            self = .replay(policy: try reader.string(Self.policyKey))
        default:
            let settings = try Self.settings(reader, kind, metric: metric, order: order)
            switch kind {
            case .asha: self = .asha(try ASHAScheduler.Configuration(settings))
            case .hyperBand: self = .hyperBand(try HyperBandScheduler.Configuration(settings))
            case .medianStopping: self = .medianStopping(try MedianStoppingRule.Configuration(settings))
            default: self = .populationBased(try PopulationBasedTraining.Configuration(settings))
            }
        }
    }

    /// The settings with the metric and the order of the experiment among them, and without the type.
    private static func settings(
        _ reader: StateReader, _ kind: Kind, metric: String?, order: ScoreOrder
    ) throws(StateError) -> StateReader {
        let common = [TrialObjective.Key.metric.rawValue, TrialObjective.Key.order.rawValue]
        for key in common + ["mode"] {
            guard let own = reader.optionalChild(key) else { continue }
            throw own.error(.alreadyExists, "is said once, for the whole experiment, not for its scheduler")
        }
        guard let metric else {
            throw StateError(.missingKey, "the scheduler \(kind.rawValue) compares trials by it", path: "metric")
        }
        var settings: StateMap = [common[0]: .string(metric), common[1]: .string(order.rawValue)]
        for (key, value) in try reader.map() where key != kindKey { settings[key] = value.tree }
        return StateReader(.map(settings), path: reader.path)
    }

    /// The scheduler as data, every key present but the metric and the order.
    ///
    /// - Throws: `StateError` for a closure, which cannot be written.
    func tree() throws(StateError) -> StateTree {
        let (kind, settings): (Kind, StateTree) =
            switch self {
            case .fifo: (.fifo, [:])
            case .asha(let settings): (.asha, settings.tree)
            case .hyperBand(let settings): (.hyperBand, settings.tree)
            case .medianStopping(let settings): (.medianStopping, settings.tree)
            case .populationBased(let settings): (.populationBased, try settings.tree())
            case .replay(let policy): (.replay, [Self.policyKey: .string(policy)])
            }
        var map: StateMap = [Self.kindKey: .string(kind.rawValue)]
        for (key, value) in try StateReader(settings).map() { map[key] = value.tree }
        map[TrialObjective.Key.metric.rawValue] = nil
        map[TrialObjective.Key.order.rawValue] = nil
        return .map(map)
    }
}
