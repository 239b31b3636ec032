package import ReinNumerics

/// Hands acting on to the kind. A switch that is compiled once costs an action nothing; a box around the kind, or a call
/// through a table, would.
extension ActionDistribution: ActingDistribution {
    /// The floats of scratch memory that acting on rows takes.
    package func scratchCount(rows: Int) -> Int {
        switch self {
        case .categorical(let kind): kind.scratchCount(rows: rows)
        case .multiCategorical(let kind): kind.scratchCount(rows: rows)
        case .diagonalGaussian(let kind): kind.scratchCount(rows: rows)
        case .conditionalGaussian(let kind): kind.scratchCount(rows: rows)
        case .squashedGaussian(let kind): kind.scratchCount(rows: rows)
        case .deterministic(let kind): kind.scratchCount(rows: rows)
        case .stateDependentGaussian(let kind): kind.scratchCount(rows: rows)
        case .actionValues(let kind): kind.scratchCount(rows: rows)
        }
    }

    /// Writes the most likely actions.
    package func writeModes(
        of heads: ActingHeads, scratch: UnsafeMutablePointer<Float>, into actions: UnsafeMutablePointer<Float>
    ) {
        switch self {
        case .categorical(let kind): kind.writeModes(of: heads, scratch: scratch, into: actions)
        case .multiCategorical(let kind): kind.writeModes(of: heads, scratch: scratch, into: actions)
        case .diagonalGaussian(let kind): kind.writeModes(of: heads, scratch: scratch, into: actions)
        case .conditionalGaussian(let kind): kind.writeModes(of: heads, scratch: scratch, into: actions)
        case .squashedGaussian(let kind): kind.writeModes(of: heads, scratch: scratch, into: actions)
        case .deterministic(let kind): kind.writeModes(of: heads, scratch: scratch, into: actions)
        case .stateDependentGaussian(let kind): kind.writeModes(of: heads, scratch: scratch, into: actions)
        case .actionValues(let kind): kind.writeModes(of: heads, scratch: scratch, into: actions)
        }
    }

    /// Draws actions, each row from its own stream.
    package func sample(
        _ heads: ActingHeads, streams: UnsafeMutablePointer<RandomStream>, scratch: UnsafeMutablePointer<Float>,
        into actions: UnsafeMutablePointer<Float>, logDensities densities: UnsafeMutablePointer<Float>?
    ) {
        switch self {
        case .categorical(let kind):
            kind.sample(heads, streams: streams, scratch: scratch, into: actions, logDensities: densities)
        case .multiCategorical(let kind):
            kind.sample(heads, streams: streams, scratch: scratch, into: actions, logDensities: densities)
        case .diagonalGaussian(let kind):
            kind.sample(heads, streams: streams, scratch: scratch, into: actions, logDensities: densities)
        case .conditionalGaussian(let kind):
            kind.sample(heads, streams: streams, scratch: scratch, into: actions, logDensities: densities)
        case .squashedGaussian(let kind):
            kind.sample(heads, streams: streams, scratch: scratch, into: actions, logDensities: densities)
        case .deterministic(let kind):
            kind.sample(heads, streams: streams, scratch: scratch, into: actions, logDensities: densities)
        case .stateDependentGaussian(let kind):
            kind.sample(heads, streams: streams, scratch: scratch, into: actions, logDensities: densities)
        case .actionValues(let kind):
            kind.sample(heads, streams: streams, scratch: scratch, into: actions, logDensities: densities)
        }
    }

    /// Draws an action uniformly.
    package func sampleUniformly(
        mask: UnsafePointer<Bool>?, using random: inout RandomStream, into action: UnsafeMutablePointer<Float>
    ) {
        switch self {
        case .categorical(let kind): kind.sampleUniformly(mask: mask, using: &random, into: action)
        case .multiCategorical(let kind): kind.sampleUniformly(mask: mask, using: &random, into: action)
        case .diagonalGaussian(let kind): kind.sampleUniformly(mask: mask, using: &random, into: action)
        case .conditionalGaussian(let kind): kind.sampleUniformly(mask: mask, using: &random, into: action)
        case .squashedGaussian(let kind): kind.sampleUniformly(mask: mask, using: &random, into: action)
        case .deterministic(let kind): kind.sampleUniformly(mask: mask, using: &random, into: action)
        case .stateDependentGaussian(let kind): kind.sampleUniformly(mask: mask, using: &random, into: action)
        case .actionValues(let kind): kind.sampleUniformly(mask: mask, using: &random, into: action)
        }
    }

    /// The number of numbers that a program is shown.
    package var outputCount: Int {
        switch self {
        case .categorical(let kind): kind.outputCount
        case .multiCategorical(let kind): kind.outputCount
        case .diagonalGaussian(let kind): kind.outputCount
        case .conditionalGaussian(let kind): kind.outputCount
        case .squashedGaussian(let kind): kind.outputCount
        case .deterministic(let kind): kind.outputCount
        case .stateDependentGaussian(let kind): kind.outputCount
        case .actionValues(let kind): kind.outputCount
        }
    }

    /// Writes the numbers that a program is shown.
    package func writeOutputs(
        of heads: ActingHeads, scratch: UnsafeMutablePointer<Float>, into outputs: UnsafeMutablePointer<Float>
    ) {
        switch self {
        case .categorical(let kind): kind.writeOutputs(of: heads, scratch: scratch, into: outputs)
        case .multiCategorical(let kind): kind.writeOutputs(of: heads, scratch: scratch, into: outputs)
        case .diagonalGaussian(let kind): kind.writeOutputs(of: heads, scratch: scratch, into: outputs)
        case .conditionalGaussian(let kind): kind.writeOutputs(of: heads, scratch: scratch, into: outputs)
        case .squashedGaussian(let kind): kind.writeOutputs(of: heads, scratch: scratch, into: outputs)
        case .deterministic(let kind): kind.writeOutputs(of: heads, scratch: scratch, into: outputs)
        case .stateDependentGaussian(let kind): kind.writeOutputs(of: heads, scratch: scratch, into: outputs)
        case .actionValues(let kind): kind.writeOutputs(of: heads, scratch: scratch, into: outputs)
        }
    }
}
