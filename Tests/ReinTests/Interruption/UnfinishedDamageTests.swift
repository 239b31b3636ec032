import ReinTestSupport
import Testing

@testable import Rein

@Suite("Damaged checkpoints from inside an iteration")
struct UnfinishedDamageTests {
    /// The tree without one of its nodes, or with another in its place, for each node below it.
    static func damaged(_ tree: StateTree, at path: String = "") -> [(path: String, tree: StateTree)] {
        var result: [(String, StateTree)] = []
        switch tree {
        case .map(let map):
            for (key, value) in map.entries {
                var less = map
                less[key] = nil
                result.append(("\(path)/\(key) missing", .map(less)))
                for (place, changed) in damaged(value, at: "\(path)/\(key)") {
                    var other = map
                    other[key] = changed
                    result.append((place, .map(other)))
                }
            }
        case .list(let list):
            result.append(("\(path) one more", .list(list + [1])))
            for (index, value) in list.enumerated().prefix(2) {
                for (place, changed) in damaged(value, at: "\(path)/\(index)") {
                    var other = list
                    other[index] = changed
                    result.append((place, .list(other)))
                }
            }
        case .int(let value):
            for wrong in [-1, value + 1, 1 << 40, .max] { result.append(("\(path) = \(wrong)", .int(wrong))) }
        case .tensor(let tensor): result += damaged(tensor).map { ("\(path) of \($0)", .tensor($1)) }
        default: result.append(("\(path) = text", "text"))
        }
        return result
    }

    private static func damaged(_ tensor: StateTensor) -> [(String, StateTensor)] {
        let last = max(0, tensor.count - 1)
        func changing<Number>(_ numbers: [Number], to wrong: [Number]) -> [[Number]] {
            numbers.isEmpty ? [] : wrong.map { number in numbers.enumerated().map { $0 == last ? number : $1 } }
        }
        let shape = tensor.shape
        var result = [("another shape", StateTensor([1] as [Float], shape: [1]))]
        switch tensor.elementType {
        case .float32:
            let numbers = (try? tensor.floats()) ?? []
            result += changing(numbers, to: [.nan, 1e30]).map { ("wild numbers", StateTensor($0, shape: shape)) }
        case .float64:
            let numbers = (try? tensor.doubles()) ?? []
            result += changing(numbers, to: [-1, 1e300]).map { ("wild numbers", StateTensor($0, shape: shape)) }
        case .int32:
            let numbers = (try? tensor.int32s()) ?? []
            result += changing(numbers, to: [-1, 0, 1, .max]).map { ("wild numbers", StateTensor($0, shape: shape)) }
        case .int64:
            let numbers = (try? tensor.int64s()) ?? []
            result += changing(numbers, to: [-7, 0, 1, .max]).map { ("wild numbers", StateTensor($0, shape: shape)) }
        default:
            let numbers = (try? tensor.uint8s()) ?? []
            result += changing(numbers, to: [0, 1, 2, 255]).map { ("wild numbers", StateTensor($0, shape: shape)) }
        }
        return result
    }

    /// Restores every damaged state: an error, or an algorithm that finishes its iteration or says why it cannot.
    static func check<Method: Learner>(_ algorithm: Algorithm<Method>) throws {
        guard case .map(let state) = algorithm.state, let iteration = state["iteration"] else {
            throw StateError(.wrongType, "no unfinished iteration")
        }
        let cases = damaged(iteration)
        #expect(cases.count > 40)
        var refused = 0
        for (place, tree) in cases {
            let other = try Algorithm<Method>(
                environment: algorithm.environment, configuration: algorithm.configuration,
                lineup: Lineup(
                    policies: algorithm.policyIDs, mapping: algorithm.mapping,
                    policiesToTrain: PolicySelection(algorithm.policiesToTrain)))
            do throws(StateError) {
                try other.restoreUnfinished(from: StateReader(tree, path: "algorithm_state/iteration"))
            } catch {
                refused += 1
                #expect(error.path.hasPrefix("algorithm_state/iteration"), "\(place): \(error)")
                continue
            }
            do { _ = try other.train() } catch is TrainingError {}
        }
        #expect(refused * 2 > cases.count, "\(refused) of \(cases.count)")
    }

    @Test("Whatever is wrong with a rollout is an error or trains, and never a crash", arguments: [4, 9])
    func rollout(places: Int) throws {
        try Self.check(UnfinishedAlgorithmTests.ppo(after: places))
        try Self.check(UnfinishedAlgorithmTests.together(after: places))
    }

    @Test("The same with memory, replay and noise that depends on the state", arguments: [4, 8])
    func others(places: Int) throws {
        try Self.check(
            UnfinishedAlgorithmTests.stopped(
                PPO(
                    environment: CartPole.self,
                    configuration: Interrupted.ppoSettings.with {
                        $0.network.recurrent = .gru
                        $0.network.recurrentWidth = 4
                        ($0.rolloutLength, $0.sequenceLength, $0.minibatchSize) = (12, 4, 16)
                    }), after: places))
        try Self.check(
            UnfinishedAlgorithmTests.stopped(
                DQN(environment: CartPole.self, configuration: Interrupted.dqnSettings), after: places))
        try Self.check(
            UnfinishedAlgorithmTests.stopped(
                SAC(
                    environment: Pendulum.self,
                    configuration: Interrupted.sacSettings.with { $0.usesStateDependentExploration = true }),
                after: places))
    }
}
