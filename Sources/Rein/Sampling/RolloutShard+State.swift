import ReinCheckpoints
import ReinNumerics
import ReinPolicies

/// What a shard holds of an iteration that is not over.
extension RolloutShard {
    /// The episodes of the iteration, the statistics of the rollout, and the exploration matrices.
    var unfinishedState: StateMap {
        var map: StateMap = [
            "episodes": Episode.state(of: episodes),
            "observationMoments": observationMoments.state,
            "returnMoments": returnMoments.state,
        ]
        if let stateDependentSampler { map["matrices"] = stateDependentSampler.state }
        return map
    }

    /// Takes over what a shard of the same lanes held.
    ///
    /// - Parameter logDeviations: log σ of the policy that acts in the rollout, where its noise depends on the state.
    /// - Throws: `StateError` when something is missing or does not fit.
    func restoreUnfinished(from reader: StateReader, logDeviations: [Float] = []) throws(StateError) {
        episodes = try Episode.list(from: reader.child("episodes"))
        try reader.restore("observationMoments", into: &observationMoments)
        try reader.restore("returnMoments", into: &returnMoments)
        try stateDependentSampler?.restore(from: reader.child("matrices"), logDeviations: logDeviations)
    }
}
