package import ReinCheckpoints
import ReinPolicies
import ReinRLlib

/// What MessagePack files hold so that RLlib reads them, from the states that they are to hold.
package struct RLlibFiles {
    /// The method of the algorithm; nil for policies alone.
    let method: (any RLlibMethod.Type)?
    /// The state of the algorithm; nil for policies alone.
    let algorithm: StateReader?
    /// What policies have of their own, by their ids.
    let configurations: StateReader?

    /// The files of an algorithm.
    ///
    /// - Parameter state: the state of the algorithm without its policies.
    package init(algorithm state: StateTree) {
        let reader = StateReader(state)
        algorithm = reader
        method = (try? reader.string("algorithm")).flatMap { RLlibMethods.named($0) }
        configurations = reader.optionalChild("policyConfigurations")
    }

    /// The file of a policy alone.
    package init() { (method, algorithm, configurations) = (nil, nil, nil) }

    /// The file of a policy. Where RLlib has none like it, it holds the state alone.
    ///
    /// - Parameters:
    ///   - state: the state of the policy.
    ///   - id: the policy's id in its algorithm.
    package func policy(_ state: StateTree, id: PolicyID? = nil) -> FileState {
        (try? file(ofPolicy: state, id: id)) ?? FileState(state)
    }

    /// Why RLlib does not open the file of a policy, or nil when it does.
    package func problem(ofPolicy state: StateTree, id: PolicyID? = nil) -> String? {
        do throws(StateError) {
            _ = try file(ofPolicy: state, id: id)
            return nil
        } catch {
            return error.message
        }
    }

    private func file(ofPolicy state: StateTree, id: PolicyID?) throws(StateError) -> FileState {
        let policy = try Policy(restoring: state)
        guard algorithm != nil else { return try policy.rllibFileAlone(holding: state, id: id) }
        guard let method = method ?? RLlibPolicyClass(of: policy).map(RLlibMethods.method) else {
            throw StateError(.unsupportedFormat, "it has no such method")
        }
        let steps = isTrained(id) ? (try? algorithm?.child("counters").int("environmentSteps")) ?? 0 : nil
        return try method.file(
            of: policy, holding: state, configuration: settings(of: id), id: id,
            environment: try? algorithm?.string("environment"),
            environmentSteps: steps)
    }

    /// Whether a policy is being trained. The file of one that is not does not tell the time, so that checkpoints share it.
    private func isTrained(_ id: PolicyID?) -> Bool {
        guard let id, let trained = algorithm?.optionalChild("policiesToTrain"), case .list(let ids) = trained.tree
        else {
            return true
        }
        return ids.contains(.string(id.string))
    }

    /// The settings of a policy: those of the algorithm, and what it has of its own.
    private func settings(of id: PolicyID?) -> StateTree {
        guard case .map(var settings)? = algorithm?.optionalChild("configuration")?.tree else { return .map([:]) }
        if let id, case .map(let own)? = configurations?.optionalChild(id.string)?.tree {
            for (key, value) in own { settings[key] = value }
        }
        return .map(settings)
    }
}
