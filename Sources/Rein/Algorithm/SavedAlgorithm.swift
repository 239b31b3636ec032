import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import ReinPolicies

/// The parts of an algorithm's state tree, read and checked, before anything is built from them.
struct SavedAlgorithm<Method: Learner> {
    struct Runner {
        let agents: [AgentID]
        let state: StateReader
    }

    let environment: String
    let configurations: PolicyConfigurations<Method.Configuration>
    let policies: [PolicyID]
    /// The agents; nil where another library's checkpoint does not tell them.
    let agents: [AgentID]?
    /// The mapping; nil when it was left out.
    let mapping: PolicyMapping?
    /// The mapping for evaluation, if there was one.
    let evaluationMapping: PolicyMapping?
    /// Whether there was a mapping for evaluation that was left out.
    let leftOutEvaluationMapping: Bool
    let policiesToTrain: [PolicyID]
    private(set) var counters = TrainingCounters()
    private(set) var episodes = EpisodeWindow()
    /// What the policies' runners left, by their ids.
    private let runners: StateReader
    /// The environments that several agents share; nil where every agent has its own.
    let stage: StateReader?
    /// What was in RLlib's file and is not known here.
    let rllib: StateTree?
    /// Who computed; nil where that was not saved.
    let arithmetic: Arithmetic?
    /// The iteration that was not finished; nil when all were.
    let iteration: StateReader?

    init(_ reader: StateReader) throws {
        let version = try reader.int("version")
        guard (1...Algorithm<Method>.stateVersion).contains(version) else {
            throw try reader.child("version").error(
                .unsupportedVersion,
                "algorithm state of version \(version), this Rein reads up to \(Algorithm<Method>.stateVersion)")
        }
        let name = try reader.string("algorithm")
        guard name == Method.algorithmName else {
            throw try reader.child("algorithm").error(
                .wrongType, "a checkpoint of \(name) cannot be restored as \(Method.algorithmName)")
        }
        environment = try reader.string("environment")
        configurations = try PolicyConfigurations(
            Method.Configuration(overlaying: reader.child("configuration").tree),
            reading: reader.optionalChild("policyConfigurations"))
        policies = try reader.decode([PolicyID].self, "policies")
        agents = reader.optionalChild("agents") == nil ? nil : try reader.decode([AgentID].self, "agents")
        mapping = try Self.mapping("mapping", of: reader)
        evaluationMapping = try Self.mapping("evaluationMapping", of: reader)
        leftOutEvaluationMapping = reader.optionalChild("evaluationMapping")?.tree == Self.leftOut
        policiesToTrain = try reader.decode([PolicyID].self, "policiesToTrain")
        stage = reader.optionalChild("stage")
        rllib = reader.optionalChild("rllib")?.tree
        arithmetic = try reader.optionalChild("arithmetic").map { saved throws(StateError) in
            try Arithmetic(from: saved)
        }
        runners = try reader.child("runners")
        iteration =
            version >= Algorithm<Method>.unfinishedStateVersion ? try reader.child("iteration") : nil
        try reader.restore("counters", into: &counters)
        try reader.restore("episodes", into: &episodes)
    }

    /// What a policy's runner left, read when it is asked for: there may be thousands. Nil when there was none.
    func runner(of id: PolicyID) throws(StateError) -> Runner? {
        guard let saved = runners.optionalChild(id.string) else { return nil }
        return Runner(agents: try saved.decode([AgentID].self, "agents"), state: try saved.child("state"))
    }

    /// What stands in the place of a mapping that could not be saved.
    static var leftOut: StateTree { "left out" }

    /// The mapping of a key, nil when there is none or it was left out.
    private static func mapping(_ key: String, of reader: StateReader) throws -> PolicyMapping? {
        guard let saved = reader.optionalChild(key), saved.tree != leftOut else { return nil }
        return try reader.decode(PolicyMapping.self, key)
    }
}
