import Testing

@testable import Rein

@Suite("Rollouts of several agents")
struct MultiAgentRolloutTests {
    /// A transition as it is learnt from.
    struct Row: Equatable, CustomStringConvertible {
        var seen: Float
        var reward: Float
        var status: Status
        /// What the agent saw next, or when it left.
        var next: Float
        var description: String { "(\(seen) -> \(reward), \(status), \(next))" }
    }

    /// The transitions of each lane of one policy that acts for all agents of two environments, over a number of
    /// rollouts.
    static func rows(rollouts: [Int], threads: Int = 1) throws -> [[Row]] {
        let specification = MultiAgentSpecification(Relay.self)
        let policy = try DQNLearner.makePolicy(
            observationSpace: specification.observationSpaces[0], actionSpace: specification.actionSpaces[0],
            configuration: DQN.Configuration(), random: RandomStream(seed: 1, name: "policy"))
        let casting = try ResolvedMapping(.all("p"), agents: specification.agents, policies: ["p"])
        let steps = rollouts.max() ?? 1
        let runner = MultiAgentRunner(
            specification: specification, count: 9, mapping: casting,
            roles: [MultiAgentRole(id: "p", policy: policy, agents: [0, 1, 2], keepsExperience: true, steps: steps)],
            random: RandomStream(seed: 2, name: "runner"))
        let batch = RolloutBatch(
            steps: steps, lanes: RolloutLanes(27, actTogether: false), policy: policy, columns: .finalObservations)
        let pool = try WorkerPool(threads: threads)
        var lanes = [[Row]](repeating: [], count: 27)
        for steps in rollouts {
            runner.actors[0].begin(policy, exploration: .uniform, batch: batch, steps: steps)
            try runner.fill(steps: steps, on: pool)
            runner.actors[0].finish()
            for row in 0..<batch.count {
                let status = batch.statuses[row]
                let following = status == .running ? batch.successor(of: row) : -1
                #expect(status != .running || following > row)
                #expect(following < batch.count || following == batch.count + batch.lane(of: row))
                #expect(following < 0 || following >= batch.count || batch.lane(of: following) == batch.lane(of: row))
                lanes[batch.lane(of: row)].append(
                    Row(
                        seen: batch.observations[row], reward: batch.rewards[row], status: status,
                        next: status == .running ? batch.observations[following] : batch.finalObservations[row]))
            }
        }
        return lanes
    }

    @Test("An action earns what is paid until the agent acts again or leaves")
    func outcomes() throws {
        let lanes = try Self.rows(rollouts: [Relay.last])
        for environment in 0..<9 {
            // Moves at 0, 2, ... 10; each earns 1 and what the odd agent's next move costs.
            let even = stride(from: 0, to: 10, by: 2).map { time in
                Row(seen: Float(time), reward: 1 - 10 * Float(time + 2), status: .running, next: Float(time + 2))
            }
            #expect(lanes[3 * environment] == even + [Row(seen: 10, reward: 1, status: .terminated, next: 11)])
            let odd = stride(from: 1, to: 9, by: 2).map { time in
                Row(seen: Float(time), reward: 1 - 10 * Float(time + 2), status: .running, next: Float(time + 2))
            }
            #expect(lanes[3 * environment + 1] == odd + [Row(seen: 9, reward: -109, status: .terminated, next: 11)])
            // Acts at 0 and 4, leaves after 8 steps.
            #expect(
                lanes[3 * environment + 2] == [
                    Row(seen: 0, reward: 2, status: .running, next: 4),
                    Row(seen: 4, reward: 2, status: .truncated, next: 8),
                ])
        }
    }

    @Test("Where rollouts end makes no difference to what is learnt from", arguments: [1, 2, 3, 4])
    func cuts(threads: Int) throws {
        let whole = try Self.rows(rollouts: [66])
        for rollouts in [Array(repeating: 1, count: 66), [5, 1, 13, 2, 7, 20, 18], [33, 33]] {
            #expect(try Self.rows(rollouts: rollouts, threads: threads) == whole)
        }
    }

    @Test("Advantages along successors are those of lanes that act together")
    func advantages() throws {
        let (steps, lanes) = (7, 3)
        var random = RandomStream(seed: 3, name: "advantages")
        let rewards = (0..<steps * lanes).map { _ in random.nextFloat() }
        let values = (0..<(steps + 1) * lanes).map { _ in random.nextFloat() }
        let bootstraps = (0..<steps * lanes).map { _ in random.nextFloat() }
        let statuses: [Status] = (0..<steps * lanes).map { _ in
            [.running, .running, .terminated, .truncated][random.below(4)]
        }
        let successors = (0..<steps * lanes).map { Int32($0 + lanes) }
        let regular = AdvantageColumns.evaluate(
            rewards: rewards, values: values, statuses: statuses, bootstraps: bootstraps
        ) { AdvantageEstimation.generalized($0, steps: steps, lanes: lanes, discount: 0.9, lambda: 0.8) }
        let irregular = AdvantageColumns.evaluate(
            rewards: rewards, values: values, statuses: statuses, bootstraps: bootstraps
        ) { columns in
            successors.withUnsafeBufferPointer {
                AdvantageEstimation.generalized(columns, successors: $0, discount: 0.9, lambda: 0.8)
            }
        }
        #expect(regular == irregular)
    }
}
