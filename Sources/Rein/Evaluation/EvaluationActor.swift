import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import ReinPolicies

/// A player at work in an evaluation, for all agents that it acts for at a time.
final class EvaluationActor {
    let id: PolicyID
    /// The agents that act next.
    var places: [AgentPlace] = []
    private let work: Work
    private let masks: AlignedBuffer<Bool>

    private enum Work {
        case inference(
            PolicyInference, explores: Bool, observations: AlignedBuffer<Float>, actions: AlignedBuffer<Float>)
        case random
        case scripted(@Sendable (inout ScriptedTurn) -> Action)
    }

    /// - Parameter rows: the largest number of agents at a time; 0 for a player that acts for nobody.
    init(id: PolicyID, player: EvaluationPlayer, rows: Int) {
        self.id = id
        places.reserveCapacity(rows)
        var maskWidth = 0
        if case .policy(let policy, _) = player { maskWidth = policy.actionSpace.maskWidth }
        masks = AlignedBuffer(count: rows * maskWidth)
        switch player {
        case .policy(let policy, let explores):
            guard rows > 0 else {
                work = .random
                return
            }
            work = .inference(
                PolicyInference(policy, rows: rows), explores: explores,
                observations: AlignedBuffer(count: rows * policy.observationSpace.count),
                actions: AlignedBuffer(count: rows * policy.actionSpace.width))
        case .random: work = .random
        case .scripted(let act): work = .scripted(act)
        }
    }

    /// Writes the actions of the agents at `places` into the vector.
    ///
    /// - Parameters:
    ///   - streams: one for each agent of each environment.
    ///   - fault: the error for a number that an agent sees and that is none, and for such a mask.
    /// - Throws: `StateError` when a script does what is not valid, and for numbers that are none.
    func act(
        in vector: MultiAgentVector, streams: inout [RandomStream],
        fault: (AgentPlace, EnvironmentFault.Quantity, Double) -> StateError
    ) throws(StateError) {
        guard !places.isEmpty else { return }
        switch work {
        case .inference(let inference, let explores, let observations, let actions):
            try infer(inference, explores, observations, actions, in: vector, streams: &streams, fault: fault)
        case .random:
            for place in places {
                let agent = Int(place.agent)
                let target = target(of: place, in: vector)
                let (_, mask) = try look(place, in: vector, fault: fault)
                let space = vector.actionSpaces[agent]
                if mask.isEmpty {
                    space.sample(into: target, using: &streams[slot(place, vector)])
                } else {
                    space.sample(into: target, mask: mask, using: &streams[slot(place, vector)])
                }
            }
        case .scripted(let script):
            for place in places {
                let (observation, mask) = try look(place, in: vector, fault: fault)
                let slot = slot(place, vector)
                let agent = vector.agents[Int(place.agent)]
                var turn = ScriptedTurn(agent: agent, observation: observation, mask: mask, random: streams[slot])
                let action = script(&turn)
                streams[slot] = turn.random
                try write(action, of: place, mask: mask, into: vector)
            }
        }
    }

    private func infer(
        _ inference: PolicyInference, _ explores: Bool, _ observations: AlignedBuffer<Float>,
        _ actions: AlignedBuffer<Float>, in vector: MultiAgentVector, streams: inout [RandomStream],
        fault: (AgentPlace, EnvironmentFault.Quantity, Double) -> StateError
    ) throws(StateError) {
        let rows = places.count
        let width = vector.maskWidths[Int(places[0].agent)]
        masks.pointer.update(repeating: true, count: rows * width)
        places.withUnsafeBufferPointer {
            vector.observe($0, observations: observations.pointer, masks: width > 0 ? masks.pointer : nil)
        }
        let observationWidth = inference.policy.observationSpace.count
        if let place = Kernels.firstNotFinite(observations.pointer, count: rows * observationWidth) {
            throw fault(
                places[place / observationWidth], .observation(element: place % observationWidth),
                Double(observations.pointer[place]))
        }
        let valid = width > 0 ? UnsafePointer(masks.pointer) : nil
        if let (row, quantity) = vector.maskParts[Int(places[0].agent)].firstFault(of: masks.pointer, rows: rows) {
            throw fault(places[row], quantity, 0)
        }
        if explores {
            var own = places.map { streams[slot($0, vector)] }
            inference.sample(
                rows: rows, observations: observations.pointer, masks: valid, into: actions.pointer, using: &own)
            for (place, stream) in zip(places, own) { streams[slot(place, vector)] = stream }
        } else {
            inference.act(rows: rows, observations: observations.pointer, masks: valid, into: actions.pointer)
        }
        let actionWidth = inference.policy.actionSpace.width
        for (row, place) in places.enumerated() {
            target(of: place, in: vector).update(from: actions.mutableRows(of: actionWidth)[row], count: actionWidth)
        }
    }

    private func write(
        _ action: Action, of place: AgentPlace, mask: [Bool], into vector: MultiAgentVector
    ) throws(StateError) {
        let space = vector.actionSpaces[Int(place.agent)]
        let row: [Float] =
            switch action {
            case .discrete(let index): [Float(index)]
            case .multiDiscrete(let indices): indices.map { Float($0) }
            case .continuous(let elements): elements
            }
        var base = 0
        var isValid = row.count == space.width && space.contains(row)
        for (component, count) in space.choiceCounts.enumerated() where isValid && !mask.isEmpty {
            isValid = mask[base + Int(row[component])]
            base += count
        }
        guard isValid else {
            throw StateError(
                .outOfRange,
                "\"\(id)\" wants to do \(action) as \(vector.agents[Int(place.agent)]), which is not valid",
                path: "evaluation")
        }
        target(of: place, in: vector).update(from: row, count: row.count)
    }

    /// What an agent sees, and which of its actions are valid.
    private func look(
        _ place: AgentPlace, in vector: MultiAgentVector,
        fault: (AgentPlace, EnvironmentFault.Quantity, Double) -> StateError
    ) throws(StateError) -> (observation: [Float], mask: [Bool]) {
        let agent = Int(place.agent)
        var observation = [Float](repeating: 0, count: vector.observationSpaces[agent].count)
        var mask = [Bool](repeating: true, count: vector.maskWidths[agent])
        withUnsafePointer(to: place) { place in
            observation.withUnsafeMutableBufferPointer { observation in
                mask.withUnsafeMutableBufferPointer { mask in
                    guard let target = observation.baseAddress else { return }
                    vector.observe(
                        UnsafeBufferPointer(start: place, count: 1), observations: target,
                        masks: mask.isEmpty ? nil : mask.baseAddress)
                }
            }
        }
        if let element = observation.firstIndex(where: { !$0.isFinite }) {
            throw fault(place, .observation(element: element), Double(observation[element]))
        }
        if let quantity = mask.withUnsafeBufferPointer({ $0.baseAddress.flatMap(vector.maskParts[agent].fault(of:)) }) {
            throw fault(place, quantity, 0)
        }
        return (observation, mask)
    }

    private func slot(_ place: AgentPlace, _ vector: MultiAgentVector) -> Int {
        Int(place.environment) * vector.agents.count + Int(place.agent)
    }

    private func target(of place: AgentPlace, in vector: MultiAgentVector) -> UnsafeMutablePointer<Float> {
        vector.actions.mutableRows(of: vector.actionWidth)[Int(place.environment)]
            + vector.actionOffsets[Int(place.agent)]
    }
}
