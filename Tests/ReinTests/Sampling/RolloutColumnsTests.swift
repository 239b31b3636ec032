import Testing

@testable import Rein

@Suite("Columns of a rollout")
struct RolloutColumnsTests {
    private static let all: RolloutColumns = [.heads, .logDensities]

    private static func policy() throws -> Policy {
        let space = EnvironmentSpecification(Pendulum.self)
        return try PPOLearner.makePolicy(
            observationSpace: space.observationSpace, actionSpace: space.actionSpace,
            configuration: PPOConfiguration().with { $0.network.hidden = [4] },
            random: RandomStream(seed: 1, name: "policy"))
    }

    private static func filled(_ columns: RolloutColumns, _ policy: Policy) throws -> (RolloutBatch, RolloutRunner) {
        let runner = RolloutRunner(
            specification: EnvironmentSpecification(Pendulum.self), lanes: 3, policy: policy, discount: 0.9,
            random: RandomStream(seed: 2, name: "runner"))
        let batch = RolloutBatch(steps: 5, lanes: 3, policy: policy, columns: columns)
        try runner.fill(batch, acting: policy, on: WorkerPool())
        return (batch, runner)
    }

    @Test("Learners ask for what they read")
    func learners() throws {
        let policy = try Self.policy()
        func columns(_ change: (inout PPOConfiguration) -> Void) -> RolloutColumns {
            PPOLearner.makeBatch(for: policy, lanes: 2, configuration: PPOConfiguration().with(change)).columns
        }
        #expect(columns { _ in } == .logDensities)
        #expect(columns { $0.klCoefficient = 0.2 } == Self.all)
        #expect(
            DQNLearner.makeBatch(for: policy, lanes: 2, configuration: DQNConfiguration()).columns
                == .finalObservations)
        #expect(
            SACLearner.makeBatch(for: policy, lanes: 2, configuration: SACConfiguration()).columns
                == .finalObservations)
    }

    @Test("What nobody reads takes no memory, and its absence changes nothing else")
    func absence() throws {
        let policy = try Self.policy()
        let (whole, first) = try Self.filled(Self.all, policy)
        let (lean, second) = try Self.filled([], policy)
        #expect(whole.heads.count == 15 && whole.logDensities.elements.contains { $0 != 0 })
        #expect(lean.heads.count == 0 && lean.logDensities.count == 0)
        #expect(Array(lean.actions.elements) == Array(whole.actions.elements))
        #expect(Array(lean.observations.elements) == Array(whole.observations.elements))
        #expect(Array(lean.rewards.elements) == Array(whole.rewards.elements))
        #expect(first.state == second.state)
    }

    @Test("A rollout that was saved with all columns is taken without them, one that lacks what is read is not")
    func saved() throws {
        let policy = try Self.policy()
        let (whole, _) = try Self.filled(Self.all, policy)
        let earlier = whole.state(whole.wholeExtent)
        for columns in [[], .logDensities, Self.all] as [RolloutColumns] {
            let batch = RolloutBatch(steps: 5, lanes: 3, policy: policy, columns: columns)
            try batch.restore(batch.wholeExtent, from: StateReader(earlier), choiceCounts: [])
            #expect(Array(batch.actions.elements) == Array(whole.actions.elements))
            let keys = Set(["heads", "logDensities"]).intersection(
                try StateReader(batch.state(batch.wholeExtent)).map().map(\.key))
            #expect(keys.count == (columns == [] ? 0 : columns == Self.all ? 2 : 1))
            guard columns != Self.all else { continue }
            let lean = batch.state(batch.wholeExtent)
            let error = #expect(throws: StateError.self) {
                try whole.restore(whole.wholeExtent, from: StateReader(lean), choiceCounts: [])
            }
            #expect(error?.path == "heads")
        }
    }

    @Test("Actions that wait for their outcome keep what is read of them, and take it from rows with all columns")
    func carried() throws {
        let policy = try Self.policy()
        let (whole, _) = try Self.filled(Self.all, policy)
        let rows = CarriedRows(lanes: 1, policy: policy, columns: Self.all)
        rows.keep(4, of: whole, lane: 0)
        for columns in [[], .logDensities, Self.all] as [RolloutColumns] {
            let other = CarriedRows(lanes: 1, policy: policy, columns: columns)
            try other.restore(from: rows.state)
            #expect((other.state == rows.state) == (columns == Self.all))
            let batch = RolloutBatch(steps: 5, lanes: 3, policy: policy, columns: columns)
            other.release(0, into: batch, row: 2)
            #expect(batch.actions[2] == whole.actions[4])
            if columns != [] { #expect(batch.logDensities[2] == whole.logDensities[4]) }
        }
    }
}
