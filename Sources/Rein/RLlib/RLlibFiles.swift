package import ReinCheckpoints
import ReinPolicies
import ReinRLlib
import Synchronization

/// What the files of a checkpoint hold so that RLlib reads those of the format MessagePack, too, and what there is to say
/// of them. Policies come first, in any order and from any thread, and then the algorithm, which repeats some of what is in
/// their files: so the state of each is looked at once.
package final class RLlibFiles: Sendable {
    /// The class of the algorithm's policies; nil for policies alone, and where RLlib has no such method.
    private let policyClass: RLlibPolicyClass?
    /// The state of the algorithm; nil for policies alone.
    let algorithm: AlgorithmState?
    private let trained: Set<PolicyID>
    /// Whether a report is wanted in the end.
    private let isReporting: Bool
    private let seen = Mutex<[PolicyID?: SeenPolicy]>([:])

    /// What is remembered of a policy.
    struct SeenPolicy {
        /// The settings in its file, but for those that belong to it alone; nil when RLlib does not open it.
        var settings: StateMap?
        /// What its settings depend on beside those of the algorithm.
        var form: [StateTree?]
        /// Why RLlib does not open its file, or nil when it does.
        var problem: String?
        /// What it sees and does, for a report; nil for a state that is not one of a policy.
        var spaces: TrainingEnvironment.Spaces?
        /// The settings of RLlib's that training goes on without, for a report.
        var departures: [RLlibDeparture] = []
    }

    /// The files of an algorithm.
    ///
    /// - Parameter reporting: whether a report will be asked for.
    package init(algorithm state: AlgorithmState, reporting: Bool = true) {
        isReporting = reporting
        algorithm = state
        policyClass = RLlibMethods.named(state.algorithm)?.rllibClass
        trained = Set(state.lineup.policiesToTrain)
    }

    /// The file of a policy alone.
    package init() { (policyClass, algorithm, trained, isReporting) = (nil, nil, [], true) }

    /// The file of a policy. In the format MessagePack it is RLlib's, too; where RLlib has none like it, it holds the state
    /// alone.
    ///
    /// - Parameters:
    ///   - state: the state of the policy.
    ///   - id: the policy's id in its algorithm.
    package func policy(_ state: StateTree, id: PolicyID? = nil, format: CheckpointFormat) -> StateFile {
        guard isReporting || format == .msgpack else { return StateFile(state) }
        var seen = SeenPolicy(form: Self.form(of: state))
        var file = StateFile(state)
        do throws(StateError) {
            let policy = try Policy(restoring: state)
            seen.spaces = .init(
                observations: policy.observationSpace, encoding: policy.observationEncoding,
                actions: policy.actionSpace)
            if isReporting { seen.departures = policy.rllibDepartures }
            if format == .msgpack {
                file = try self.file(of: policy, holding: state, id: id)
                seen.settings = try Self.settings(ofFile: file)
            }
        } catch {
            seen.problem = error.message
        }
        self.seen.withLock { $0[id] = seen }
        return file
    }

    /// The method of the algorithm; nil for policies alone, and where RLlib has none like it.
    var method: (any RLlibMethod.Type)? { policyClass.map { RLlibMethods.method(of: $0) } }

    /// What is remembered of the policies that have been given, by their ids.
    var policies: [PolicyID?: SeenPolicy] { seen.withLock { $0 } }

    private func file(of policy: Policy, holding state: StateTree, id: PolicyID?) throws(StateError) -> StateFile {
        guard let algorithm else { return try policy.rllibFileAlone(holding: state, id: id) }
        guard let method = method ?? RLlibPolicyClass(of: policy).map({ RLlibMethods.method(of: $0) }) else {
            throw StateError(.unsupportedFormat, "it has no such method")
        }
        // The file of a policy that is not being trained does not tell the time, so that checkpoints share it.
        let isTrained = id.map(trained.contains) ?? true
        return try method.file(
            of: policy, holding: state, configuration: settings(of: id), id: id, environment: algorithm.environment,
            environmentSteps: isTrained ? algorithm.counters.environmentSteps : nil)
    }

    /// The settings of a policy: those of the algorithm, and what it has of its own.
    private func settings(of id: PolicyID?) -> StateTree {
        guard case .map(var settings)? = algorithm?.configuration else { return .map([:]) }
        if let id, case .map(let own)? = algorithm?.lineup.policyConfigurations[id] {
            for (key, value) in own { settings[key] = value }
        }
        return .map(settings)
    }

    /// What settings of a policy depend on beside those of the algorithm.
    private static func form(of state: StateTree) -> [StateTree?] {
        let reader = StateReader(state)
        return ["distribution", "actionTransform", "rllib"].map { reader.optionalChild($0)?.tree } + [
            reader.optionalChild("network")?.optionalChild("architecture")?.tree,
            .bool(reader.optionalChild("observationNormalizer") != nil),
        ]
    }

    private static func settings(ofFile file: StateFile) throws(StateError) -> StateMap? {
        guard let tree = file.messagePack,
            case .map(var config) = try StateReader(tree).child("policy_spec").child("config").tree
        else { return nil }
        for key in ["__policy_id", "worker_index"] { config[key] = nil }
        return config
    }
}
