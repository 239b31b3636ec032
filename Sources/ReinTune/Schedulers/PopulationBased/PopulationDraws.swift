import ReinCheckpoints
import ReinRandom

/// What population-based training leaves to chance.
protocol PopulationDraws: Sendable {
    /// The place of the trial that another one takes over from.
    mutating func donor(for target: TrialID, among donors: [TrialID]) -> Int
    /// Whether a parameter is drawn anew.
    mutating func drawsAnew(_ path: SpacePath, probability: Double) -> Bool
    /// A new value of a parameter.
    mutating func value(of mutation: Mutation, at path: SpacePath) -> StateTree
    /// What a parameter is multiplied by.
    mutating func factor(among factors: [Double], at path: SpacePath) -> Double
    /// Whether a parameter moves to the value after its own, rather than to the one before.
    mutating func movesUp(_ path: SpacePath) -> Bool
}

/// Everything that is left to chance comes from one stream.
extension RandomStream: PopulationDraws {
    mutating func donor(for target: TrialID, among donors: [TrialID]) -> Int { below(donors.count) }

    mutating func drawsAnew(_ path: SpacePath, probability: Double) -> Bool { nextDouble() < probability }

    mutating func value(of mutation: Mutation, at path: SpacePath) -> StateTree { mutation.sample(using: &self) }

    mutating func factor(among factors: [Double], at path: SpacePath) -> Double { factors[below(factors.count)] }

    mutating func movesUp(_ path: SpacePath) -> Bool { below(2) == 1 }
}
