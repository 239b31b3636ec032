import ReinCheckpoints
import ReinEnvironments

extension StateError {
    /// The error of an evaluation in which a number was none, or a mask.
    init(_ fault: EnvironmentFault) { self.init(.outOfRange, "\(fault)", path: "evaluation") }

    /// Does what an environment may fail in, for an evaluation.
    static func wrapping(_ body: () throws(EnvironmentFault) -> Void) throws(StateError) {
        do {
            try body()
        } catch {
            throw StateError(error)
        }
    }
}
