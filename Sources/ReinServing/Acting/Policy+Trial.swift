#if Serving
import ReinPolicies
import ReinSpaces

extension Policy {
    /// Why the policy had better not act: what is wrong with what it does when all observations are 0; nil when nothing
    /// is.
    var trialProblem: String? {
        let observation = [Float](repeating: 0, count: observationSpace.count)
        var state = initialState
        let outputs = outputs(for: observation, state: &state)
        guard outputs.allSatisfy(\.isFinite), state.allSatisfy(\.isFinite) else {
            return "its outputs are not finite when it is tried with an observation of zeros"
        }
        if case .continuous(let numbers) = action(for: observation), !numbers.allSatisfy(\.isFinite) {
            return "its action is not finite when it is tried with an observation of zeros"
        }
        return nil
    }
}
#endif
