import ReinEnvironments

/// Reset and step with an observation of their own, for tests that look at one environment.
extension Environment {
    mutating func reset(seed: UInt64?) -> [Float] {
        var row = [Float](repeating: .nan, count: observationSpace.count)
        var span = row.mutableSpan
        reset(seed: seed, into: &span)
        return row
    }

    mutating func step(_ action: Action) -> (observation: [Float], step: Step) {
        var row = [Float](repeating: .nan, count: observationSpace.count)
        var span = row.mutableSpan
        let step = step(action, into: &span)
        return (row, step)
    }

    /// Takes an action from a row of floats.
    mutating func step(row action: [Float]) -> (observation: [Float], step: Step) {
        step(action.withUnsafeBufferPointer { Action(row: $0.baseAddress!) })
    }
}

/// The arrays of a vector of environments, and all calls on them.
struct VectorBuffers {
    let vector: VectorEnvironment
    var actions: [Float]
    var observations: [Float]
    var finalObservations: [Float]
    var rewards: [Double]
    var statuses: [Status]

    init(_ vector: VectorEnvironment) {
        self.vector = vector
        actions = Array(repeating: 0, count: vector.count * vector.actionSpace.width)
        observations = Array(repeating: .nan, count: vector.count * vector.observationSpace.count)
        finalObservations = observations
        rewards = Array(repeating: .nan, count: vector.count)
        statuses = Array(repeating: .running, count: vector.count)
    }

    mutating func reset() throws {
        try vector.reset(0..<vector.count, observations: &observations)
    }

    mutating func step() throws {
        try vector.step(
            0..<vector.count, actions: actions, observations: &observations, finalObservations: &finalObservations,
            rewards: &rewards, statuses: &statuses)
    }

    func row(_ index: Int, of column: [Float]) -> [Float] {
        let width = vector.observationSpace.count
        return Array(column[index * width..<(index + 1) * width])
    }
}
