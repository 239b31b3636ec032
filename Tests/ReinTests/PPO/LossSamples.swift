@testable import Rein

/// Samples in memory of their own, as the losses of policies read them.
struct LossSamples {
    private let heads: AlignedBuffer<Float>
    private let oldHeads: AlignedBuffer<Float>
    private let actions: AlignedBuffer<Float>
    private let oldLogDensities: AlignedBuffer<Float>
    private let advantages: AlignedBuffer<Float>

    init(heads: [Float], oldHeads: [Float] = [], actions: [Float], oldLogDensities: [Float], advantages: [Float]) {
        self.heads = AlignedBuffer(heads)
        self.oldHeads = AlignedBuffer(oldHeads)
        self.actions = AlignedBuffer(actions)
        self.oldLogDensities = AlignedBuffer(oldLogDensities)
        self.advantages = AlignedBuffer(advantages)
    }

    /// The gradient with respect to the heads, and the sums, that a loss leaves.
    func evaluate(_ loss: (PPOPolicyRows, inout PPOSums) -> Void) -> (gradient: [Float], sums: PPOSums) {
        let rows = advantages.count
        let width = heads.count / rows
        let gradient = AlignedBuffer([Float](repeating: .nan, count: heads.count))
        var sums = PPOSums()
        withExtendedLifetime((self, gradient)) {
            loss(
                PPOPolicyRows(
                    heads: heads.rows(of: width), oldHeads: oldHeads.rows(of: width),
                    actions: actions.rows(of: actions.count / rows),
                    oldLogDensities: oldLogDensities.elements, advantages: advantages.elements,
                    gradient: gradient.mutableRows(of: width), scratch: PPOScratch(rows: rows, headWidth: width)),
                &sums)
        }
        return (Array(gradient.elements), sums)
    }
}

extension PPODeviations {
    /// Calls a loss with log standard deviations in arrays.
    ///
    /// - Returns: the gradient with respect to them.
    static func evaluate(_ logDeviations: [Float], old: [Float] = [], _ loss: (PPODeviations) -> Void) -> [Float] {
        let (present, old) = (AlignedBuffer(logDeviations), AlignedBuffer(old))
        let gradient = AlignedBuffer([Float](repeating: .nan, count: logDeviations.count))
        withExtendedLifetime((present, old, gradient)) {
            loss(
                PPODeviations(
                    logDeviations: present.pointer, oldLogDeviations: old.pointer, gradient: gradient.pointer))
        }
        return Array(gradient.elements)
    }
}

extension PPOLoss {
    /// The gradient with respect to the values, and the sums, of the value loss.
    func evaluateValues(_ values: [Float], old: [Float], returns: [Float]) -> (gradient: [Float], sums: PPOSums) {
        let columns = [values, old, returns].map { AlignedBuffer($0) }
        let gradient = AlignedBuffer([Float](repeating: .nan, count: values.count))
        var sums = PPOSums()
        withExtendedLifetime((columns, gradient)) {
            value(
                PPOValueRows(
                    values: columns[0].elements, oldValues: columns[1].elements, returns: columns[2].elements,
                    gradient: gradient.mutableElements), sums: &sums)
        }
        return (Array(gradient.elements), sums)
    }
}
