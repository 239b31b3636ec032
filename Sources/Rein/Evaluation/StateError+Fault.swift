import ReinCheckpoints
import ReinEnvironments

extension StateError {
    /// The error of an evaluation in which a number was none, or a mask.
    init(_ fault: EnvironmentFault) { self.init(.outOfRange, "\(fault)", path: "evaluation") }

    /// The error of an evaluation of which an episode does not end.
    static func endlessEpisode(of environment: String, steps: Int) -> StateError {
        StateError(.outOfRange, "an episode of \(environment) did not end within \(steps) steps", path: "evaluation")
    }

    /// Does what an environment may fail in, for an evaluation.
    static func wrapping(_ body: () throws(EnvironmentFault) -> Void) throws(StateError) {
        do {
            try body()
        } catch {
            throw StateError(error)
        }
    }
}
