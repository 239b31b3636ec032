import ReinCheckpoints
import ReinEnvironments

extension StateError {
    /// The error of an evaluation in which a number was none, or a mask.
    init(_ fault: EnvironmentFault) { self.init(.outOfRange, "\(fault)", path: "evaluation") }
}
