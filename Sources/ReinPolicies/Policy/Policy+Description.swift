import ReinNetworks
import ReinNumerics
import ReinSpaces

extension Policy: CustomStringConvertible {
    /// `Policy(4 numbers to 2 actions, 9,155 parameters)`: what it sees, what it does and how large it is.
    public var description: String {
        let actions =
            switch actionSpace {
            case .discrete(let discrete): NumberText.count(discrete.count, "action", "actions")
            case .multiDiscrete(let multiDiscrete):
                multiDiscrete.counts.map(String.init).joined(separator: " x ") + " choices"
            case .box(let box): NumberText.count(box.count, "number", "numbers")
            }
        return "Policy(\(NumberText.count(observationSpace.count, "number", "numbers")) to \(actions), "
            + "\(NumberText.count(network.parameters.count, "parameter", "parameters")))"
    }
}
