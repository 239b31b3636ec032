import Rein
import ReinTestSupport
import Testing

@Suite("Rollouts of recurrent policies")
struct RecurrentRolloutTests {
    @Test(
        "States, values and bootstraps are those of reading each lane's episodes from their starts",
        arguments: [NetworkConfiguration.Recurrence.lstm, .gru], RecurrentPPOTests.values)
    func rollout(kind: NetworkConfiguration.Recurrence, value: ActorCriticArchitecture.ValueNetwork) throws {
        let environment = EnvironmentSpecification(EndlessRing.self)
        let policy = try PPOLearner.makePolicy(
            observationSpace: environment.observationSpace, actionSpace: environment.actionSpace,
            configuration: PPO.Configuration().with {
                $0.network.hidden = [6]
                $0.network.value = value
                $0.network.policyGain = 1
                $0.network.recurrent = kind
                $0.network.recurrentWidth = 5
            }, random: RandomStream(seed: 4, name: "policy"))
        let network = policy.network
        let (steps, lanes, length) = (12, 5, 4)
        let runner = RolloutRunner(
            specification: environment, lanes: lanes, policy: policy, discount: 0.9,
            random: RandomStream(seed: 5, name: "runner"))
        let batch = RolloutBatch(
            steps: steps, lanes: RolloutLanes(lanes), policy: policy, columns: .heads, sequenceLength: length)
        let memory = try #require(batch.memory)
        let pool = try WorkerPool(threads: 2)
        let workspace = ActorCriticWorkspace(for: network, rows: 1, training: false)
        // What each lane remembers, carried over two rollouts; episodes are truncated after 8 steps.
        let states = AlignedBuffer<Float>(count: lanes * network.stateWidth)
        var truncations = 0
        for _ in 0..<2 {
            try runner.fill(batch, acting: policy, on: pool)
            for lane in 0..<lanes {
                let state = states.pointer + lane * network.stateWidth
                func read(
                    _ observation: UnsafePointer<Float>, _ sequences: RecurrentSequences
                ) -> (head: [Float], value: Float) {
                    let (head, values) = network.bothOutputs(
                        rows: 1, input: observation, parameters: network.parameters, workspace: workspace,
                        sequences: sequences)
                    return ([head[0], head[1]], values[0])
                }
                for step in 0...steps {
                    let index = step * lanes + lane
                    if step < steps, step.isMultiple(of: length) {
                        let kept = memory.states.pointer + (step / length * lanes + lane) * network.stateWidth
                        for unit in 0..<network.stateWidth { #expect(kept[unit] == state[unit]) }
                    }
                    let observation = batch.observations.pointer + index * 4
                    guard step < steps else {
                        #expect(read(observation, .step(from: state)).value == memory.values.pointer[index])
                        continue
                    }
                    let (head, value) = read(observation, .step(updating: state))
                    #expect(value == memory.values.pointer[index])
                    #expect(head == [batch.heads.pointer[2 * index], batch.heads.pointer[2 * index + 1]])
                    guard batch.statuses.pointer[index] == .truncated else { continue }
                    truncations += 1
                    // After 8 steps around the ring the final observation is that of the start.
                    let final: [Float] = [1, 0, 0, 0]
                    #expect(read(final, .step(from: state)).value == batch.bootstraps.pointer[index])
                    state.update(repeating: 0, count: network.stateWidth)
                }
            }
        }
        #expect(truncations == 3 * lanes)
    }

    @Test("A policy without memory keeps none, and its runner's state says so")
    func feedForward() throws {
        let algorithm = try PPO(environment: CartPole.self)
        let policy = try #require(algorithm.policy())
        #expect(RolloutBatch(steps: 4, lanes: 2, policy: policy).memory == nil)
        let runner = RolloutRunner(
            specification: EnvironmentSpecification(CartPole.self), lanes: 2, policy: policy, discount: 0.9,
            random: RandomStream(seed: 1, name: "runner"))
        guard case .map(var map) = runner.state else { throw StateError(.wrongType, "no map") }
        #expect(map["recurrentStates"] == .null)
        // Older states do not have the key.
        map["recurrentStates"] = nil
        try runner.restore(from: .map(map))
    }
}
