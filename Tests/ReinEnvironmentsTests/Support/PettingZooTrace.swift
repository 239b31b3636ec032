import Foundation
import ReinEnvironments
import Testing

/// Games recorded from PettingZoo, turn by turn.
struct PettingZooTrace: Decodable {
    struct Turn: Decodable {
        let agent: String
        /// Rows, columns, planes.
        let observation: [[[Float]]]
        let mask: [Int]
        /// What the agent was paid since its own last turn.
        let cumulativeReward: Double
        let terminated: Bool
        /// Nil once the agent is done.
        let action: Int?
        let rewards: [String: Double]

        enum CodingKeys: String, CodingKey {
            case agent, observation, terminated, action
            case mask = "action_mask"
            case cumulativeReward = "cumulative_reward"
            case rewards = "rewards_after"
        }
    }

    struct Episode: Decodable {
        let kind: String
        let steps: [Turn]
    }

    let agents: [String]
    let episodes: [Episode]

    init(of game: String) throws {
        let url = try #require(Bundle.module.url(forResource: game, withExtension: "json", subdirectory: "Fixtures"))
        self = try JSONDecoder().decode(PettingZooTrace.self, from: Data(contentsOf: url))
    }
}
