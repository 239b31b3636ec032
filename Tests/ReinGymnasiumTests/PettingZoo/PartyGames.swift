import ReinCheckpoints
import ReinEnvironments
import ReinGymnasium
import ReinNumerics

/// Games of `party_games.py`: agents of different spaces that act at once or in turns, leave one by one, and come back.
enum PartyGames {
    static func specification(
        _ game: String, options: StateMap = [:], workers: Int = 2, workerRestarts: Int = 0
    ) throws -> MultiAgentSpecification {
        RealPython.addModules()
        return try .pettingZoo(
            "python:party_games:\(game)", options: options, workers: workers, python: RealPython.path,
            workerRestarts: workerRestarts)
    }

    static func seen(_ vector: MultiAgentVector, _ environment: Int, _ agent: Int) -> [Float] {
        let observation = AlignedBuffer<Float>(count: vector.observationSpaces[agent].count)
        let places = [AgentPlace(environment: Int32(environment), agent: Int32(agent))]
        places.withUnsafeBufferPointer { vector.observe($0, observations: observation.pointer) }
        return Array(observation.elements)
    }
}
