import ReinNetworks
import ReinNumerics

/// Targets and losses of action values, row by row, with their gradients at the head.
struct DQNLoss: Sendable {
    let values: ActionValues
    let loss: ErrorLoss
    /// What every row's loss is multiplied by: 1 over the number of rows of the batch.
    let scale: Float

    /// The targets of plain values: reward + discount · Q_target(next, action).
    ///
    /// - Parameters:
    ///   - heads: the target network's values of the next observations, `[rows, count]`.
    ///   - actions: the chosen next actions, `[rows]`.
    ///   - targets: receives `[rows]`.
    func plainTargets(
        rows: Int, heads: UnsafePointer<Float>, actions: UnsafePointer<Int32>, rewards: UnsafePointer<Float>,
        discounts: UnsafePointer<Float>, into targets: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<rows {
            targets[row] = rewards[row] + discounts[row] * heads[row * values.count + Int(actions[row])]
        }
    }

    /// The loss of plain values and its gradient.
    ///
    /// - Parameters:
    ///   - heads: the online network's values, `[rows, count]`.
    ///   - gradient: receives the gradient of the weighted mean loss at the heads, `[rows, count]`.
    ///   - errors: receives Q − target, `[rows]`.
    func plain(
        rows: Int, heads: UnsafePointer<Float>, actions: UnsafePointer<Float>, targets: UnsafePointer<Float>,
        weights: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>, errors: UnsafeMutablePointer<Float>,
        sums: inout DQNSums
    ) {
        gradient.update(repeating: 0, count: rows * values.count)
        for row in 0..<rows {
            let index = row * values.count + Int(actions[row])
            let error = heads[index] - targets[row]
            let (loss, slope) = self.loss.evaluate(error)
            errors[row] = error
            sums.loss += Double(weights[row] * loss)
            sums.value += Double(heads[index])
            sums.error += Double(abs(error))
            gradient[index] = weights[row] * scale * slope
        }
    }

    /// The target distributions of distributional values: the next distribution, moved by reward and discount and
    /// projected back onto the atoms.
    ///
    /// - Parameters:
    ///   - heads: the target network's logits of the next observations, `[rows, count, atoms]`.
    ///   - scratch: `2 * rows * headWidth` floats.
    ///   - targets: receives `[rows, atoms]`.
    func distributionalTargets(
        rows: Int, heads: UnsafePointer<Float>, actions: UnsafePointer<Int32>, rewards: UnsafePointer<Float>,
        discounts: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>,
        into targets: UnsafeMutablePointer<Float>
    ) {
        let atoms = values.atoms
        let probabilities = scratch + rows * values.headWidth
        Kernels.logSoftmax(
            heads, logProbabilities: scratch, probabilities: probabilities, rows: rows * values.count, columns: atoms)
        let projection = CategoricalProjection(values)
        for row in 0..<rows {
            projection.project(
                probabilities + (row * values.count + Int(actions[row])) * atoms, reward: rewards[row],
                discount: discounts[row], into: targets + row * atoms)
        }
    }

    /// The cross entropy of distributional values and its gradient.
    ///
    /// - Parameters:
    ///   - heads: the online network's logits, `[rows, count, atoms]`.
    ///   - scratch: `2 * rows * headWidth` floats.
    ///   - targets: the target distributions, `[rows, atoms]`.
    ///   - gradient: receives the gradient of the weighted mean loss at the heads.
    ///   - errors: receives the cross entropies, `[rows]`, which priorities are made of as in Rainbow.
    func distributional(
        rows: Int, heads: UnsafePointer<Float>, actions: UnsafePointer<Float>, targets: UnsafePointer<Float>,
        weights: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>,
        errors: UnsafeMutablePointer<Float>, sums: inout DQNSums
    ) {
        let atoms = values.atoms
        let probabilities = scratch + rows * values.headWidth
        Kernels.logSoftmax(
            heads, logProbabilities: scratch, probabilities: probabilities, rows: rows * values.count, columns: atoms)
        gradient.update(repeating: 0, count: rows * values.headWidth)
        for row in 0..<rows {
            let first = (row * values.count + Int(actions[row])) * atoms
            var entropy: Float = 0
            var mean: Float = 0
            for atom in 0..<atoms {
                let target = targets[row * atoms + atom]
                entropy -= target * scratch[first + atom]
                mean += probabilities[first + atom] * values.support(atom)
                gradient[first + atom] = weights[row] * scale * (probabilities[first + atom] - target)
            }
            errors[row] = entropy
            sums.loss += Double(weights[row] * entropy)
            sums.value += Double(mean)
            sums.error += Double(entropy)
        }
    }
}

/// Sums over the rows of a batch.
struct DQNSums: Sendable {
    var loss = 0.0
    var value = 0.0
    var error = 0.0

    static func += (sums: inout DQNSums, other: DQNSums) {
        sums.loss += other.loss
        sums.value += other.value
        sums.error += other.error
    }
}
