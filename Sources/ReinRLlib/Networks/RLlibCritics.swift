import ReinCheckpoints
package import ReinNumerics
import ReinPolicies
import ReinSpaces

/// The critics of a SAC policy of RLlib's.
package struct RLlibCritics: Sendable {
    /// The networks of one or two critics; none where theirs are of a form that there is not here.
    var stems: [RLlibStem] = []
    /// The nonlinearity of their hidden layers.
    package var activation = Activation.identity
    /// Why training does not go on with them, or nil when it does.
    var problem: StateError?

    /// No critics.
    init() {}

    /// Reads their form.
    ///
    /// - Throws: `StateError` when a layer does not read what the one before it gives.
    init(
        _ observations: RLlibObservations, _ actions: ActionSpace, _ weights: RLlibWeights, _ config: StateReader
    ) throws(StateError) {
        let model = try config.child("q_model_config")
        // Of continuous actions RLlib's critics read vectors of both, and everything else by two networks side by side.
        guard actions.isDiscrete || Self.joinsActions(observations) else {
            problem = model.error(
                .unsupportedFormat,
                "critics read observations and actions by networks of their own, with which training does not go on; the "
                    + "policy can act")
            return
        }
        let isTwin = config.optionalChild("twin_q").map { RLlibModel.isTrue($0) } ?? true
        for prefix in ["q_net.", "twin_q_net."].prefix(isTwin ? 2 : 1) {
            stems.append(
                try RLlibStem(
                    prefix: prefix, module: actions.isDiscrete ? observations.module : nil,
                    inputs: observations.count + (actions.isDiscrete ? 0 : actions.width), weights))
        }
        if stems.contains(where: { $0.hidden != stems[0].hidden }) {
            throw model.error(.wrongShape, "two critics of different widths")
        }
        do throws(StateError) {
            activation = try RLlibModel.activation(model, of: stems[0])
        } catch {
            problem = error
        }
    }

    /// Whether observations are vectors in RLlib's eyes, beside which continuous actions are put.
    static func joinsActions(_ observations: RLlibObservations) -> Bool {
        observations.module == nil && observations.encoding == .numbers
    }

    /// How many there are.
    package var count: Int { stems.count }

    /// The widths of the hidden layers of each.
    package var hidden: [Int] { stems.first?.hidden ?? [] }
}
