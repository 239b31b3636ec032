import ReinPolicies
package import ReinRLlib

extension Algorithm {
    /// The settings of RLlib's files that the policies to train came from which training goes on without, each once.
    package var rllibDepartures: [RLlibDeparture] {
        RLlibDeparture.unique(policiesToTrain.flatMap { policy($0)?.rllibDepartures ?? [] })
    }

    /// Which policies RLlib has no equal for, and why.
    package var rllibProblems: [(id: PolicyID, problem: String)] {
        guard let method = Method.self as? any RLlibMethod.Type else {
            return policyIDs.map { ($0, "it has no such method") }
        }
        return policyIDs.compactMap { id in
            policy(id)?.rllibProblem(as: method.rllibClass).map { (id, $0) }
        }
    }
}
