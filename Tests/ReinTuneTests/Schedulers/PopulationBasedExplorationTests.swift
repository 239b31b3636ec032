import ReinCheckpoints
import ReinRandom
import Testing

@testable import ReinTune

/// How settings are changed: as Ray does it, where that is asked for, and inside the domains otherwise.
@Suite struct PopulationBasedExplorationTests {
    static let names: [String] = {
        (try? RecordedPopulation.file.get().child("explore").list().map { try $0.child("name").string() }) ?? []
    }()

    /// The recorded mutations, which are written as texts there.
    private static let mutations: [String: [String: Mutation]] = [
        "[16, 32, 64]": ["b": [16, 32, 64]], "[tanh, relu, elu]": ["b": ["tanh", "relu", "elu"]], "[1]": ["b": [1]],
        "uniform(0.01, 1.0)": ["lr": .domain(.uniform(0.01...1))], "uniform(0, 1)": ["lr": .domain(.uniform(0...1))],
        "uniform(-1, 1)": ["lr": .domain(.uniform(-1...1))], "randint(1, 100)": ["n": .domain(.integers(1...99))],
        "uniform(0, 100)": ["n": .domain(.uniform(0...100))],
        "choice([16, 32, 64])": ["b": .domain(.choice([16, 32, 64]))],
        "quniform(0, 1, 0.25)": ["q": .domain(.uniform(0...1, step: 0.25))],
        "nested": ["o/lr": .domain(.uniform(0...1)), "o/b": [16, 32]],
    ]

    /// What happened to each parameter, and the values that came out.
    private static func outcomes(
        _ recorded: StateReader, staysInDomain: Bool, count: Int = 3000
    ) throws -> [String: [String: [StateTree]]] {
        let mutations = try #require(Self.mutations[try recorded.string("mutations")])
        let exploration = try Exploration(
            mutations, resampleProbability: try recorded.double("resample_probability"),
            factors: try recorded.list("factors").map { try $0.double() }, staysInDomain: staysInDomain)
        let configuration = try recorded.child("config").settings()
        var draws: any PopulationDraws = NotingDraws()
        var outcomes: [String: [String: [StateTree]]] = [:]
        for _ in 0..<count {
            let explored = exploration.explored(configuration, using: &draws)
            for (path, _) in exploration.parameters {
                let value = try #require(explored.value(at: path))
                var operation = (draws as? NotingDraws)?.operations[path.description] ?? "keep"
                if operation.hasPrefix("shift"), value == configuration.value(at: path) { operation += " (noop)" }
                outcomes[path.description, default: [:]][operation, default: []].append(value)
            }
        }
        return outcomes
    }

    @Test("has the recorded outcomes in Ray's way", arguments: names)
    func asRay(_ name: String) throws {
        let recorded = try #require(
            try RecordedPopulation.file.get().child("explore").list().first { try $0.child("name").string() == name })
        let outcomes = try Self.outcomes(recorded, staysInDomain: false)
        for (path, operations) in try recorded.child("outcomes").map() {
            let found = try #require(outcomes[path])
            #expect(try found.keys.sortedByBytes == operations.map().map(\.key).sortedByBytes)
            for (operation, expected) in try operations.map() {
                let values = try #require(found[operation])
                #expect(abs(Double(values.count) / 3000 - (try expected.double("share"))) < 0.05)
                if let recordedValues = expected.optionalChild("values") {
                    let expectedValues = try recordedValues.list().map(\.tree)
                    #expect(expectedValues.allSatisfy(values.contains) && values.allSatisfy(expectedValues.contains))
                } else {
                    let isWhole = try expected.string("type") == "int"
                    #expect(values.allSatisfy { if case .int = $0 { isWhole } else { !isWhole } })
                    let distinct = Set(values.compactMap(\.finiteNumber)).count
                    #expect(abs(Double(distinct) - Double(try expected.int("distinct"))) < 0.1 * Double(values.count))
                }
            }
        }
    }

    @Test("stays in the domain otherwise", arguments: names)
    func inDomain(_ name: String) throws {
        let recorded = try #require(
            try RecordedPopulation.file.get().child("explore").list().first { try $0.child("name").string() == name })
        let mutations = try #require(Self.mutations[try recorded.string("mutations")])
        for (path, operations) in try Self.outcomes(recorded, staysInDomain: true, count: 300) {
            for value in operations.values.joined() {
                switch try #require(mutations[path]) {
                case .domain(let domain): #expect(domain.contains(value))
                case .list(let values): #expect(values.contains(value))
                }
            }
        }
    }

    /// A domain, a number, and what it comes to when it is multiplied by 0.8 and by 1.2.
    private static let products: [(Domain, StateTree, [StateTree])] = [
        (.uniform(0.01...1), 1.0, [0.8, 1.0]),
        (.logUniform(0.01...1), 0.01, [0.01, 0.012]),
        (.uniform(-1...1), -1.0, [-0.8, -1.0]),
        (.uniform(0...1), 0.0, [0.0, 0.0]),
        // A real domain gives reals.
        (.uniform(0...100), 10, [8.0, 12.0]),
        (.integers(1...99), 7, [6, 8]),
        (.integers(1...99), 1, [1, 2]),
        (.integers(0...99), 0, [0, 1]),
        (.integers(0...99), 1, [0, 2]),
        (.integers(1...99), 2, [1, 3]),
        (.integers(1...99), 99, [79, 99]),
        (.integers(-9...9), -1, [0, -2]),
        (.integers(1...99), 7.0, [6, 8]),
        (.integers(1...99), 1_000_000_000_000_000_000, [99, 99]),
        (.integers(5...5), 5, [5, 5]),
        (.integers(16...128, step: 16), 32, [16, 48]),
        (.integers(16...128, step: 16), 128, [96, 128]),
        (.uniform(0...1, step: 0.25), 0.5, [0.25, 0.75]),
        (.uniform(0...1, step: 0.25), 0.0, [0.0, 0.25]),
        (.uniform(0...1, step: 0.25), 1.0, [0.75, 1.0]),
        (.uniform(0...1, step: 0.25), 0.6, [0.5, 0.75]),
        (.normal(), 2.0, [1.6, 2.4]),
        (.normal(), 1.5e308, [1.2000000000000001e308, 1.5e308]),
        (.normal(step: 0.5), 0.5, [0.0, 1.0]),
        (.normal(step: 0.5), -0.5, [0.0, -1.0]),
    ]

    @Test("multiplies numbers and keeps them where they belong", arguments: products)
    func scaling(_ domain: Domain, _ value: StateTree, _ expected: [StateTree]) throws {
        let exploration = try Exploration(
            ["p": .domain(domain)], resampleProbability: 0, factors: [0.8, 1.2], staysInDomain: true)
        var found: [StateTree] = []
        for factor in [0.8, 1.2] {
            var draws: any PopulationDraws = GivenDraws(factor: factor)
            found.append(try #require(exploration.explored(["p": value], using: &draws)["p"]))
        }
        #expect(found.map(\.finiteNumber) == expected.map(\.finiteNumber))
        #expect(found.map(\.kind) == expected.map(\.kind))
    }

    @Test("moves along numbers of a choice and keeps what has no order, unless it is drawn anew")
    func choices() throws {
        func moved(_ domain: Domain, _ value: StateTree, up: Bool = false, anew: Bool = false) throws -> StateTree? {
            let exploration = try Exploration(
                ["p": .domain(domain)], resampleProbability: 0, factors: [2], staysInDomain: true)
            var draws: any PopulationDraws = GivenDraws(movesUp: up, drawsAnew: anew, value: "drawn")
            return exploration.explored(["p": value], using: &draws)["p"]
        }
        let sizes = Domain.choice([64, 16, 32])
        #expect(try moved(sizes, 32) == 16)
        #expect(try moved(sizes, 32, up: true) == 64)
        #expect(try moved(sizes, 64, up: true) == 64)
        #expect(try moved(sizes, 32.0, up: true) == 64)
        #expect(try moved(sizes, 20) == "drawn")
        #expect(try moved(sizes, 32, anew: true) == "drawn")
        #expect(try moved(.choice([64, 16, 32], weights: [1, 1, 0]), 16, up: true) == 64)
        #expect(try moved(.choice([64, 16, 32], weights: [1, 1, 0]), 32) == "drawn")
        let names = Domain.choice(["tanh", "relu"])
        #expect(try moved(names, "relu") == "relu")
        #expect(try moved(names, "relu", up: true) == "relu")
        #expect(try moved(names, "elu") == "drawn")
        #expect(try moved(names, "relu", anew: true) == "drawn")
        #expect(try moved(.choice([["a": 1], ["a": 2]]), ["a": 2]) == ["a": 2])
    }

    @Test("in Ray's way, what is no number or would be infinite stays as it is")
    func oddValuesAsRay() throws {
        let exploration = try Exploration(
            ["p": .domain(.normal())], resampleProbability: 0, factors: [1e9], staysInDomain: false)
        for value: StateTree in ["relu", .double(1e300), .int(.max), [1]] {
            var draws: any PopulationDraws = GivenDraws(factor: 1e9)
            #expect(exploration.explored(["p": value], using: &draws)["p"] == value)
        }
    }

    @Test("fills what is missing, changes nested settings, and leaves everything else")
    func nested() throws {
        let exploration = try Exploration(
            ["a/b/c": .domain(.integers(5...5)), "d": [7]], resampleProbability: 0, factors: [1.2],
            staysInDomain: true)
        var draws: any PopulationDraws = RandomStream(seed: 1, name: "test")
        let filled = exploration.filled(["x": 1, "a": ["y": 2]], using: &draws)
        #expect(filled == ["x": 1, "a": ["y": 2, "b": ["c": 5]], "d": 7])
        #expect(exploration.filled(try #require(filled), using: &draws) == nil)
        #expect(exploration.explored(["x": 1], using: &draws) == ["x": 1, "a": ["b": ["c": 5]], "d": 7])
        let whole: StateMap = ["d": 7, "a": ["b": ["c": 5, "y": 3]]]
        #expect(exploration.explored(whole, using: &draws) == whole)
    }
}

/// Chance from a stream that notes what it did to each parameter.
private struct NotingDraws: PopulationDraws {
    var random = RandomStream(seed: 5, name: "test")
    var operations: [String: String] = [:]

    mutating func donor(for target: TrialID, among donors: [TrialID]) -> Int {
        random.donor(for: target, among: donors)
    }

    mutating func drawsAnew(_ path: SpacePath, probability: Double) -> Bool {
        operations[path.description] = nil
        return random.drawsAnew(path, probability: probability)
    }

    mutating func value(of mutation: Mutation, at path: SpacePath) -> StateTree {
        operations[path.description] = "resample"
        return random.value(of: mutation, at: path)
    }

    mutating func factor(among factors: [Double], at path: SpacePath) -> Double {
        let factor = random.factor(among: factors, at: path)
        operations[path.description] = "* \(factor)"
        return factor
    }

    mutating func movesUp(_ path: SpacePath) -> Bool {
        let movesUp = random.movesUp(path)
        operations[path.description] = movesUp ? "shift right" : "shift left"
        return movesUp
    }
}

/// Chance that is none.
private struct GivenDraws: PopulationDraws {
    var factor = 1.0
    var movesUp = false
    var drawsAnew = false
    var value: StateTree = nil

    func donor(for target: TrialID, among donors: [TrialID]) -> Int { 0 }
    func drawsAnew(_ path: SpacePath, probability: Double) -> Bool { drawsAnew }
    func value(of mutation: Mutation, at path: SpacePath) -> StateTree { value }
    func factor(among factors: [Double], at path: SpacePath) -> Double { factor }
    func movesUp(_ path: SpacePath) -> Bool { movesUp }
}
