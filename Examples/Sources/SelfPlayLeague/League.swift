import Rein

/// A player that learns, its former selves, and who meets whom.
struct League {
    /// The player that learns.
    static let main: PolicyID = "main"

    let algorithm: PPO
    private(set) var ratings = EloRatings()
    /// The former selves, the oldest first.
    private(set) var formerSelves: [PolicyID] = []

    private static let iterationsPerGeneration = 20
    private static let gamesPerSeat = 20
    private static let capacity = 8

    init(seed: Int) throws {
        algorithm = try PPO(
            environment: TicTacToe.self,
            configuration: PPO.Configuration(seed: seed).with {
                $0.environmentCount = 64
                $0.rolloutLength = 16
                $0.minibatchSize = 256
                $0.epochs = 8
                $0.discount = 1
                $0.gaeLambda = 1
                $0.learningRate = 1e-3
                // With less of it both sides soon play the same game over and over.
                $0.entropyCoefficient = 0.15
                $0.network.hidden = [128, 128]
            }, lineup: Lineup(policies: [Self.main], mapping: .all(Self.main)))
    }

    /// Trains, rates, and keeps a copy.
    mutating func play(_ generation: Int) throws {
        for _ in 0..<Self.iterationsPerGeneration { _ = try algorithm.train() }
        let scores = try rate()
        if formerSelves.count == Self.capacity, let weakest = formerSelves.min(by: { ratings[$0] < ratings[$1] }) {
            formerSelves.removeAll { $0 == weakest }
            try algorithm.removePolicy(weakest, mapping: mapping(scores))
        }
        let copy = try PolicyID("generation_\(generation)")
        formerSelves.append(copy)
        ratings.enter(copy, as: Self.main)
        try algorithm.copyPolicy(Self.main, as: copy, mapping: mapping(scores))
    }

    /// The player in one seat, somebody else in the other.
    static func seats(_ seat: AgentID, against rival: PolicyID) -> PolicyMapping {
        PolicyMapping(rules: [
            .init(agents: GlobPattern(seat.name), policy: main), .init(agents: "*", policy: rival),
        ])
    }

    /// Plays against every former self in both seats; returns the player's share of points.
    private mutating func rate() throws -> [PolicyID: Double] {
        var scores: [PolicyID: Double] = [:]
        for rival in formerSelves {
            for seat in algorithm.agents {
                let games = try algorithm.evaluate(
                    episodes: Self.gamesPerSeat, seed: algorithm.counters.episodes, explores: true,
                    mapping: Self.seats(seat, against: rival))
                let (won, drawn, _) = games.outcomes(of: Self.main)
                let score = (Double(won) + Double(drawn) / 2) / Double(Self.gamesPerSeat)
                ratings.record(Self.main, against: rival, score: score, games: Self.gamesPerSeat)
                scores[rival, default: 0] += score / Double(algorithm.agents.count)
            }
        }
        return scores
    }

    /// Both seats are drawn for every game: two thirds of the weight is the player's own, the rest goes to former
    /// selves, more to those that it does not beat ("prioritized fictitious self-play", Vinyals et al. 2019, Nature 575).
    private func mapping(_ scores: [PolicyID: Double]) -> PolicyMapping {
        let weights = formerSelves.map { rival in
            let lost = 1 - (scores[rival] ?? 0.5)
            return 0.05 + lost * lost
        }
        let own = PolicyChoice.Share(Self.main, weight: formerSelves.isEmpty ? 1 : 2 * weights.reduce(0, +))
        let rivals = zip(formerSelves, weights).map { PolicyChoice.Share($0, weight: $1) }
        return ["*": .weighted([own] + rivals)]
    }
}
