import Rein
import ReinTestSupport
import Testing

@Suite("Bounds of spaces")
struct SpaceBoundsTests {
    static let settings = PPO.Configuration(seed: 1).with {
        $0.environmentCount = 2
        $0.rolloutLength = 8
        $0.minibatchSize = 16
        $0.epochs = 1
        $0.network.hidden = [4]
    }

    static func algorithm(
        _ environment: EnvironmentSpecification, _ transform: ActionTransform = .clip
    ) throws -> PPO {
        try PPO(environment: environment, configuration: settings.with { $0.actionTransform = transform })
    }

    @Test(
        "Learners that stretch actions refuse bounds at no finite distance; those that only limit them do not",
        arguments: [Float.greatestFiniteMagnitude, .infinity, 2e38])
    func stretching(bound: Float) throws {
        let environment = Aiming.specification(low: [-1, -bound], high: [1, bound])
        let refusals = [
            #expect(throws: StateError.self) { try SAC(environment: environment) },
            #expect(throws: StateError.self) {
                try SAC(
                    environment: environment,
                    configuration: SAC.Configuration().with { $0.usesStateDependentExploration = true })
            },
            #expect(throws: StateError.self) { try Self.algorithm(environment, .rescale) },
        ]
        for refusal in refusals {
            #expect(refusal?.path == "actionSpace")
            #expect(refusal?.message.contains("the bounds of element 1") == true, "\(String(describing: refusal))")
        }
        _ = try Self.algorithm(environment).train()
        let problems = EnvironmentChecker().problems(in: Aiming(low: [-1, -bound], high: [1, bound]))
        let warning = problems.first { $0.kind == .unboundedActions }
        #expect(warning?.message.contains("the bounds of element 1") == true, "\(problems)")
        #expect(warning?.isWarning == true)
    }

    @Test("Stretched actions reach both bounds, however far they are apart")
    func farApart() {
        let box = Box(symmetric: [1.7e38])
        for (action, expected) in [(-1, -1.7e38), (0, 0), (1, 1.7e38), (3, 1.7e38)] as [(Float, Float)] {
            var row = [action]
            row.withUnsafeMutableBufferPointer { row in
                guard let base = row.baseAddress else { return }
                ActionTransform.rescale.apply(rows: 1, space: box, from: base, into: base)
            }
            #expect(row == [expected])
        }
    }

    @Test("Bounds that a policy does not act by block neither evaluation nor training")
    func otherObservations() throws {
        let source = try Self.algorithm(Aiming.specification(observations: 1))
        _ = try source.train()
        let environment = Aiming.specification(observations: 7)
        let policy = try #require(source.policy())
        _ = try Evaluator(environment: environment).episodes(1, of: policy)
        let other = try Self.algorithm(environment)
        try other.replacePolicy(.default, with: policy)
        try other.addPolicy("added", policy)
        _ = try other.train()
        try withTemporaryDirectory { directory in
            try source.save(to: directory + "/saved", synchronizing: false)
            let restored = try PPO(restoring: directory + "/saved", environment: .singleAgent(environment))
            _ = try restored.train()
        }
        // Actions that the policy does not limit are the environment's affair.
        let free = try #require(try Self.algorithm(Aiming.specification(), .none).policy())
        _ = try Evaluator(environment: Aiming.specification(low: [-1, -1], high: [1, 1])).episodes(1, of: free)
    }

    @Test("Bounds that a policy acts by do, and are named with the element and both values")
    func otherActions() throws {
        let source = try Self.algorithm(Aiming.specification())
        let policy = try #require(source.policy())
        let environment = Aiming.specification(high: [5, 4])
        let other = try Self.algorithm(environment)
        try withTemporaryDirectory { directory in
            try source.save(to: directory + "/saved", synchronizing: false)
            let refusals = [
                #expect(throws: StateError.self) { try Evaluator(environment: environment).episodes(1, of: policy) },
                #expect(throws: StateError.self) { try other.addPolicy("added", policy, mapping: .all("added")) },
                #expect(throws: StateError.self) {
                    try PPO(restoring: directory + "/saved", environment: .singleAgent(environment))
                },
            ]
            for refusal in refusals {
                #expect(
                    refusal?.message
                        == "the policy is for actions with element 1 between -5.0 and 5.0, environment Aiming has between "
                        + "-5.0 and 4.0")
            }
        }
        #expect(throws: StateError.self) { try other.replacePolicy(.default, with: policy) }
    }
}
