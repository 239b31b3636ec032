public import ReinCheckpoints
import ReinNetworks
import ReinSpaces

extension Policy: Checkpointable {
    /// The version of the tree that `state` makes; a reader refuses a newer one.
    public static let stateVersion = 1

    /// Everything needed to act, and the learner's state if there is one. It holds no clock times, host names or
    /// paths: equal policies have equal states.
    public var state: StateTree {
        var map: StateMap = [
            "version": .int(Int64(Self.stateVersion)),
            "observationSpace": StateEncoder().encode(observationSpace),
            "actionSpace": StateEncoder().encode(actionSpace),
            "actionTransform": .string(actionTransform.rawValue),
            "distribution": StateEncoder().encode(distribution),
            "explorationRate": .double(explorationRate),
            "network": network.state,
            "noise": noise?.state ?? .null,
            "observationNormalizer": observationNormalizer?.state ?? .null,
            "rewardScaler": rewardScaler?.state ?? .null,
            "learner": learnerState ?? .null,
        ]
        if masksActions { map["masksActions"] = .bool(true) }
        if observationEncoding != .numbers { map["observationEncoding"] = StateEncoder().encode(observationEncoding) }
        if let foreignState { map["rllib"] = foreignState }
        return .map(map)
    }

    /// Takes over a whole policy.
    ///
    /// - Throws: `StateError` when something is missing, does not fit, or was written by a newer version.
    public mutating func restore(from state: StateTree) throws(StateError) {
        self = try Policy(restoring: state)
    }

    /// Creates the policy that `state` was taken from.
    ///
    /// - Throws: `StateError` when something is missing, does not fit, or was written by a newer version.
    public init(restoring state: StateTree) throws(StateError) { try self.init(state, onlyToAct: false) }

    /// Creates what acting needs of the policy that `state` was taken from; see `forActing`. What is left out is not
    /// looked at, and there is never room for it.
    ///
    /// - Throws: `StateError` when something is missing, does not fit, or was written by a newer version.
    public init(restoringToAct state: StateTree) throws(StateError) { try self.init(state, onlyToAct: true) }

    private init(_ state: StateTree, onlyToAct: Bool) throws(StateError) {
        let reader = StateReader(state)
        let version = try reader.int("version")
        guard (1...Self.stateVersion).contains(version) else {
            throw try reader.child("version").error(
                .unsupportedVersion, "policy state of version \(version), this Rein reads up to \(Self.stateVersion)")
        }
        let transform = try reader.child("actionTransform")
        guard let actionTransform = ActionTransform(rawValue: try transform.string()) else {
            throw transform.error(
                .outOfRange,
                "unknown action transform (known: \(ActionTransform.allCases.map(\.rawValue).joined(separator: ", ")))")
        }
        let observationSpace = try reader.decode(Box.self, "observationSpace")
        var normalizer: ObservationNormalizer?
        if reader.optionalChild("observationNormalizer") != nil {
            var restored = ObservationNormalizer(width: observationSpace.count)
            try reader.restore("observationNormalizer", into: &restored)
            normalizer = restored
        }
        var scaler: RewardScaler?
        if !onlyToAct, reader.optionalChild("rewardScaler") != nil {
            var restored = RewardScaler()
            try reader.restore("rewardScaler", into: &restored)
            scaler = restored
        }
        let actionSpace = try reader.decode(ActionSpace.self, "actionSpace")
        let distribution =
            reader.optionalChild("distribution") == nil
            ? ActionDistribution(for: actionSpace) : try reader.decode(ActionDistribution.self, "distribution")
        let saved = try reader.child("network")
        try self.init(
            observationSpace: observationSpace, actionSpace: actionSpace, distribution: distribution,
            network: onlyToAct && !distribution.isDueling
                ? ActorCritic(restoringWithoutValue: saved) : ActorCritic(restoring: saved),
            observationNormalizer: normalizer, rewardScaler: scaler, actionTransform: actionTransform)
        if let rate = reader.optionalChild("explorationRate") {
            explorationRate = try rate.double()
            guard (0...1).contains(explorationRate) else {
                throw rate.error(.outOfRange, "an exploration rate is a probability")
            }
        }
        if !onlyToAct, let saved = reader.optionalChild("noise") {
            var restored = ParameterNoise(for: network)
            try restored.restore(from: saved)
            noise = restored
        }
        masksActions = try reader.optionalChild("masksActions")?.bool() ?? false
        if reader.optionalChild("observationEncoding") != nil {
            observationEncoding = try reader.decode(ObservationEncoding.self, "observationEncoding")
            if let problem = observationEncoding.problem(in: observationSpace) {
                throw try reader.child("observationEncoding").error(.wrongShape, problem)
            }
        }
        guard !onlyToAct else { return }
        learnerState = reader.optionalChild("learner")?.tree
        foreignState = reader.optionalChild("rllib")?.tree
    }
}
