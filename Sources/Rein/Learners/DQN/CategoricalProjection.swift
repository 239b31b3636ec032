import ReinNetworks

/// Projects a value distribution that was moved by a reward and a discount back onto its atoms (Bellemare et al. 2017,
/// algorithm 1).
struct CategoricalProjection {
    let atoms: Int
    let low: Float
    let high: Float

    init(_ values: ActionValues) {
        atoms = values.atoms
        low = values.low
        high = values.high
    }

    /// Divides the mass of each atom z at clip(reward + discount · z) among its two neighbours; where it meets an atom
    /// exactly, that one gets all of it.
    ///
    /// - Parameters:
    ///   - probabilities: the distribution, `[atoms]`.
    ///   - result: receives the projected distribution, `[atoms]`.
    func project(
        _ probabilities: UnsafePointer<Float>, reward: Float, discount: Float, into result: UnsafeMutablePointer<Float>
    ) {
        result.update(repeating: 0, count: atoms)
        let spacing = (high - low) / Float(atoms - 1)
        for atom in 0..<atoms {
            let value = min(max(reward + discount * (low + Float(atom) * spacing), low), high)
            let position = min(max((value - low) / spacing, 0), Float(atoms - 1))
            let lower = Int(position)
            let share = position - Float(lower)
            result[lower] += probabilities[atom] * (1 - share)
            if share > 0 { result[lower + 1] += probabilities[atom] * share }
        }
    }
}
