import ReinNumerics

/// Action values Q(s, a) of a discrete space, as plain numbers or as distributions over fixed atoms, acted on
/// greedily or ε-greedily.
///
/// Distributional values follow Bellemare et al. 2017 (C51, arXiv 1707.06887): the head holds `atoms` logits for each
/// action, and Q is the mean of the distribution over the support. Dueling heads follow Wang et al. 2016 (arXiv
/// 1511.06581): Q = V + A − mean over actions of A, for each atom.
public struct ActionValues: Sendable, Hashable {
    /// The number of actions.
    public let count: Int
    /// The number of atoms of a value's distribution; 1 for plain values.
    public let atoms: Int
    /// The smallest atom; not used for plain values.
    public let low: Float
    /// The largest atom; not used for plain values.
    public let high: Float
    /// Whether the policy head holds advantages that the value head completes.
    public let isDueling: Bool

    /// Describes the values of `count` actions.
    ///
    /// - Precondition: there are actions and atoms, and several atoms have a support with `low < high`.
    public init(count: Int, atoms: Int = 1, low: Float = 0, high: Float = 0, isDueling: Bool = false) {
        self.count = count
        self.atoms = atoms
        self.low = low
        self.high = high
        self.isDueling = isDueling
        let problem = Self.problem(count: count, atoms: atoms, low: low, high: high)
        precondition(problem == nil, problem ?? "")
    }

    /// Why there are no such values, or nil when there are.
    package static func problem(count: Int, atoms: Int, low: Float, high: Float) -> String? {
        if count < 1 { return "action values need at least one action" }
        if !(1...4096).contains(atoms) { return "\(atoms) atoms (allowed: 1 to 4096)" }
        if atoms > 1, !(low < high && (high - low).isFinite) {
            return "\(low) to \(high) is no interval of 32-bit floats"
        }
        return nil
    }

    /// The number of numbers in a head row.
    public var headWidth: Int { count * atoms }

    /// The distance between neighbouring atoms.
    public var spacing: Float { atoms > 1 ? (high - low) / Float(atoms - 1) : 0 }

    /// The value that an atom stands for.
    @inlinable public func support(_ atom: Int) -> Float { low + Float(atom) * spacing }

    /// Completes dueling advantages to values: `q[row, a, k] = v[row, k] + A[row, a, k] − mean over a of A[row, a, k]`.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - advantages: `[rows, count, atoms]`, replaced by the values.
    ///   - values: `[rows, atoms]`.
    public func combine(rows: Int, advantages: UnsafeMutablePointer<Float>, values: UnsafePointer<Float>) {
        for row in 0..<rows {
            let head = advantages + row * headWidth
            for atom in 0..<atoms {
                var sum: Float = 0
                for action in 0..<count { sum += head[action * atoms + atom] }
                let shift = values[row * atoms + atom] - sum / Float(count)
                for action in 0..<count { head[action * atoms + atom] += shift }
            }
        }
    }

    /// Takes a gradient of values apart into those of advantages and state values; the reverse of `combine`.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - gradient: `[rows, count, atoms]`, replaced by the gradient of the advantages.
    ///   - valueGradient: receives `[rows, atoms]`.
    public func separate(
        rows: Int, gradient: UnsafeMutablePointer<Float>, valueGradient: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<rows {
            let head = gradient + row * headWidth
            for atom in 0..<atoms {
                var sum: Float = 0
                for action in 0..<count { sum += head[action * atoms + atom] }
                valueGradient[row * atoms + atom] = sum
                for action in 0..<count { head[action * atoms + atom] -= sum / Float(count) }
            }
        }
    }

    /// Computes the expected values of heads.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - heads: `[rows, count, atoms]`.
    ///   - scratch: `2 * rows * headWidth` floats for several atoms; otherwise not used.
    ///   - values: receives `[rows, count]`.
    public func expectedValues(
        rows: Int, heads: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>,
        into values: UnsafeMutablePointer<Float>
    ) {
        guard atoms > 1 else { return values.update(from: heads, count: rows * count) }
        let probabilities = scratch + rows * headWidth
        Kernels.logSoftmax(
            heads, logProbabilities: scratch, probabilities: probabilities, rows: rows * count, columns: atoms)
        for index in 0..<rows * count {
            var mean: Float = 0
            for atom in 0..<atoms { mean += probabilities[index * atoms + atom] * support(atom) }
            values[index] = mean
        }
    }

    /// The action of largest value; the first one when several are equal.
    ///
    /// - Parameters:
    ///   - values: the values of the actions, `[count]`.
    ///   - mask: which actions are valid, `[count]`; all when nil.
    @inlinable public func best(_ values: UnsafePointer<Float>, mask: UnsafePointer<Bool>? = nil) -> Int {
        if let mask { return ActionMask.best(of: values, mask: mask, count: count) }
        var best = 0
        for action in 1..<max(count, 1) where values[action] > values[best] { best = action }
        return best
    }
}
