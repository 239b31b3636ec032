import ReinEnvironments
import ReinNumerics

/// Mistakes that people make in environments.
enum Fault: String, Codable, CaseIterable {
    case none, outside, outsideAtTheEnd, notANumber, infinite, unwritten, rewardNotANumber, rewardInfinite
    case rewardBeyondFloats
    case seedIgnored, resetKeepsState, resetUnseeded, generatorRestarts, stepUnseeded, spaceChanges, neverEnds
    case unboundedActions

    var expected: EnvironmentProblem.Kind? {
        switch self {
        case .none: nil
        case .outside, .outsideAtTheEnd: .observationOutsideSpace
        case .notANumber, .infinite: .nonFiniteObservation
        case .unwritten: .unwrittenObservation
        case .rewardNotANumber, .rewardInfinite, .rewardBeyondFloats: .nonFiniteReward
        case .seedIgnored: .ignoredSeed
        case .resetKeepsState, .resetUnseeded: .irreproducibleReset
        case .generatorRestarts: .restartingGenerator
        case .stepUnseeded: .irreproducibleStep
        case .spaceChanges: .changingSpace
        case .neverEnds: .endlessEpisode
        case .unboundedActions: .unboundedActions
        }
    }
}

/// A random walk in two dimensions with one fault of choice.
struct FaultyWalk: Environment {
    var fault = Fault.none
    var x: Float = 0
    var y: Float = 0
    var elapsed = 0
    var lastSeed: UInt64 = 0
    var random = NumPyRandom(seed: 0)

    init() {}
    init(_ fault: Fault) { self.fault = fault }

    var observationSpace: Box {
        Box((fault == .spaceChanges && elapsed > 0 ? -2 : -1)...1, shape: [2])
    }
    var actionSpace: ActionSpace {
        .box(fault == .unboundedActions ? Box(low: [-1], high: [.infinity]) : Box(-1...1, shape: [1]))
    }

    mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        lastSeed = seed ?? lastSeed
        if let seed, fault != .seedIgnored { random = NumPyRandom(seed: seed) }
        if fault == .seedIgnored || fault == .generatorRestarts {
            random = NumPyRandom(seed: fault == .seedIgnored ? 3 : lastSeed)
        }
        elapsed = 0
        y = 0
        if fault != .resetKeepsState { x = 0 }
        x = max(-1, min(1, x + Float(random.uniform(-0.5, 0.5))))
        if fault == .resetUnseeded { x = .random(in: -0.5...0.5) }
        write(into: &observation)
    }

    mutating func step(_ action: Float, into observation: inout ObservationRow) -> Step {
        elapsed += 1
        x = max(-1, min(1, x + 0.1 * action))
        y = max(-1, min(1, y + 0.1 * Float(random.uniform(-1, 1))))
        if fault == .stepUnseeded { y = .random(in: -1...1) }
        write(into: &observation)
        if elapsed == 9 {
            if fault == .notANumber { observation[1] = .nan }
            if fault == .infinite { observation[1] = -.infinity }
            if fault == .outside { observation[0] = 1.5 }
        }
        let isOver = fault != .neverEnds && (elapsed >= 20)
        if isOver && fault == .outsideAtTheEnd { observation[1] = -3 }
        let reward: Double =
            switch fault {
            case .rewardNotANumber: .nan
            case .rewardInfinite: .infinity
            case .rewardBeyondFloats: -1e39
            default: 1
            }
        return Step(reward: elapsed == 9 ? reward : 0, status: isOver ? .terminated : .running)
    }

    private func write(into observation: inout ObservationRow) {
        observation[0] = x
        if fault != .unwritten { observation[1] = y }
    }
}

/// Saves less than its whole state.
struct ForgetfulWalk: Environment {
    enum CodingKeys: String, CodingKey { case walk }
    var walk = FaultyWalk()
    var wind: Float = 0

    var observationSpace: Box { walk.observationSpace }
    var actionSpace: ActionSpace { walk.actionSpace }
    mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        walk.reset(seed: seed, into: &observation)
        wind = observation[0]
    }
    mutating func step(_ action: Float, into observation: inout ObservationRow) -> Step {
        walk.step(max(-1, min(1, action + wind)), into: &observation)
    }
}

/// Keeps its state in an object, which copies share.
struct SharedWalk: Environment {
    final class Storage: Codable, @unchecked Sendable { var walk = FaultyWalk() }
    var storage = Storage()

    var observationSpace: Box { storage.walk.observationSpace }
    var actionSpace: ActionSpace { storage.walk.actionSpace }
    mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        storage.walk.reset(seed: seed, into: &observation)
    }
    mutating func step(_ action: Float, into observation: inout ObservationRow) -> Step {
        storage.walk.step(action, into: &observation)
    }
}

/// Takes actions of another width than its space has.
struct WrongWidthWalk: Environment {
    static var timeLimit: Int? { 0 }
    var observationSpace: Box { Box(-1...1, shape: [1]) }
    var actionSpace: ActionSpace { .discrete(2) }
    mutating func reset(seed: UInt64?, into observation: inout ObservationRow) { observation[0] = 0 }
    mutating func step(_ action: SIMD2<Float>, into observation: inout ObservationRow) -> Step { Step(reward: 0) }
}

/// Is saved, but cannot be restored.
struct LockedWalk: Environment {
    var walk = FaultyWalk()

    init() {}
    init(from decoder: any Decoder) throws {
        throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "locked"))
    }
    var observationSpace: Box { walk.observationSpace }
    var actionSpace: ActionSpace { walk.actionSpace }
    mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        walk.reset(seed: seed, into: &observation)
    }
    mutating func step(_ action: Float, into observation: inout ObservationRow) -> Step {
        walk.step(action, into: &observation)
    }
}

/// A walk that leaves nothing to do at the fifth step of an episode.
struct DeadEnd: Environment {
    static let masksActions = true
    var elapsed = 0
    var start = 0.0
    var random = NumPyRandom(seed: 0)

    var observationSpace: Box { Box(0...20, shape: [1]) }
    var actionSpace: ActionSpace { .discrete(2) }
    mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        if let seed { random = NumPyRandom(seed: seed) }
        start = random.uniform(0, 1)
        elapsed = 0
        observation[0] = Float(start)
    }
    mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
        precondition(elapsed < 5, "the fifth step has no valid action")
        elapsed += 1
        observation[0] = Float(start) + Float(elapsed)
        return Step(reward: 0, status: elapsed == 3 && start < 0.5 ? .terminated : .running)
    }
    func writeActionMask(into mask: inout ActionMaskRow) {
        for action in 0..<2 { mask[action] = elapsed < 5 }
    }
}

/// Steps many copies together, all by the action of the first.
struct MixedUpWalk: Environment {
    var walk = FaultyWalk()

    var observationSpace: Box { walk.observationSpace }
    var actionSpace: ActionSpace { walk.actionSpace }
    mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        walk.reset(seed: seed, into: &observation)
    }
    mutating func step(_ action: Float, into observation: inout ObservationRow) -> Step {
        walk.step(action, into: &observation)
    }
    static func step(_ environments: EnvironmentLanes<MixedUpWalk>, _ rows: EnvironmentRows) {
        for index in 0..<environments.count {
            var row = rows.observation(index).mutableSpan
            let step = environments[index].pointee.step(rows.action(0)[0], into: &row)
            (rows.rewards[index], rows.statuses[index]) = (step.reward, step.status)
        }
    }
}

/// Sees a thousand numbers that no seed decides.
struct WideNoise: Environment {
    static let timeLimit: Int? = 5
    var observationSpace: Box { Box(0...1, shape: [1_000]) }
    var actionSpace: ActionSpace { .discrete(2) }
    mutating func reset(seed: UInt64?, into observation: inout ObservationRow) { write(into: &observation) }
    mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
        write(into: &observation)
        return Step(reward: 0)
    }
    private func write(into observation: inout ObservationRow) {
        for element in 0..<1_000 { observation[element] = .random(in: 0...1) }
    }
}

/// Masks continuous actions, which have no mask.
struct MaskedBox: Environment {
    static let masksActions = true
    var walk = FaultyWalk()

    var observationSpace: Box { walk.observationSpace }
    var actionSpace: ActionSpace { walk.actionSpace }
    mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        walk.reset(seed: seed, into: &observation)
    }
    mutating func step(_ action: Float, into observation: inout ObservationRow) -> Step {
        walk.step(action, into: &observation)
    }
}
