import Foundation
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinSpaces

/// What a policy is shown in a test: observations of several rows for several steps, every other step with masks.
struct PolicyInput: Sendable {
    static let steps = 20
    static let rows = 8

    /// `[steps, rows, width]`, between a thousandth and a thousand, but for every other row of a policy that normalises,
    /// which is near the means; and in the last step one row of NaN.
    let observations: [[Float]]
    /// `[steps, rows, maskWidth]`; nil in steps without masks.
    let masks: [[Bool]?]

    init(_ policy: Policy, name: String) {
        var random = RandomStream(seed: 11, name: name)
        let width = policy.observationSpace.count
        var observations = (0..<Self.steps).map { _ in
            (0..<Self.rows * width).map { place in
                let size = Float(pow(10, random.nextDouble() * 6 - 3))
                let sign: Float = random.nextDouble() < 0.5 ? 1 : -1
                guard let moments = policy.observationNormalizer?.moments, place / width % 2 == 1 else {
                    return sign * size
                }
                let column = place % width
                return Float(moments.mean[column]) + Float(moments.variance(column).squareRoot()) * random.nextNormal()
            }
        }
        for index in 0..<width { observations[Self.steps - 1][index] = .nan }
        self.observations = observations
        var masks: [[Bool]?] = []
        for step in 0..<Self.steps {
            let isMasked = step % 2 == 1 && policy.distribution.maskWidth > 0
            masks.append(isMasked ? (0..<Self.rows).flatMap { _ in Self.mask(policy.actionSpace, &random) } : nil)
        }
        self.masks = masks
    }

    /// A mask with something valid in every component.
    private static func mask(_ space: ActionSpace, _ random: inout RandomStream) -> [Bool] {
        let counts: [Int]
        switch space {
        case .discrete(let discrete): counts = [discrete.count]
        case .multiDiscrete(let multiDiscrete): counts = multiDiscrete.counts
        case .box: counts = []
        }
        return counts.flatMap { count in
            var mask = (0..<count).map { _ in random.nextDouble() < 0.5 }
            mask[random.below(count)] = true
            return mask
        }
    }

    /// Appends the input as `HeaderProgram` reads it; valid entries of masks are various bytes.
    func append(to bytes: inout [UInt8]) {
        func append(_ number: UInt32) { withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) } }
        append(UInt32(Self.steps))
        append(UInt32(Self.rows))
        for step in 0..<Self.steps {
            append(masks[step] == nil ? 0 : 1)
            for row in 0..<Self.rows {
                let width = observations[step].count / Self.rows
                for value in observations[step][row * width..<(row + 1) * width] { append(value.bitPattern) }
                guard let mask = masks[step] else { continue }
                let maskWidth = mask.count / Self.rows
                for index in row * maskWidth..<(row + 1) * maskWidth {
                    bytes.append(mask[index] ? UInt8(1 + (index * 37) % 255) : 0)
                }
            }
        }
    }
}
