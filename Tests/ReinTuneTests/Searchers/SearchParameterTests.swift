import ReinCheckpoints
import ReinTune
import Testing

@Suite struct SearchParameterTests {
    private static func failure(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch { return "\(error)" }
    }

    private static func failure(of parameters: [SearchParameter]) -> String {
        failure { _ = try TPESearcher(parameters, metric: "m", order: .min, seed: 1) }
    }

    @Test("parameters that do not go together are refused by name")
    func parameters() {
        let choice = SearchParameter("algorithm", .choice(["ppo", "sac"]))
        let x = SearchParameter("x", .uniform(0...1))
        #expect(Self.failure(of: [x, x]) == "x: there are two parameters of this name")
        #expect(
            Self.failure(of: [choice, SearchParameter("y", .uniform(0...1), when: .init("algoritm", is: "ppo"))])
                == "y: no parameter \"algoritm\", which the condition names, comes before; did you mean \"algorithm\"? "
                + "A parameter comes after the one that it depends on")
        #expect(
            Self.failure(of: [SearchParameter("y", .uniform(0...1), when: .init("y", is: 1))]).hasPrefix(
                "y: no parameter \"y\", which the condition names, comes before"))
        #expect(
            Self.failure(of: [x, SearchParameter("y", .uniform(0...1), when: .init("x", is: 1))])
                == "y: the condition is on \"x\", which is no choice")
        #expect(
            Self.failure(of: [choice, SearchParameter("y", .uniform(0...1), when: .init("algorithm", is: "dqn"))])
                == "y: \"algorithm\", which the condition is on, is never string \"dqn\"")
        #expect(
            Self.failure(of: [choice, SearchParameter("y", .uniform(0...1), when: .init("algorithm", isAnyOf: []))])
                == "y: the condition has no values, so it never holds")
    }

    @Test("points that do not belong to the parameters are refused by name")
    func points() throws {
        let parameters = [
            SearchParameter("algorithm", .choice(["ppo", "sac"])),
            SearchParameter("clip", .uniform(0...1), when: .init("algorithm", is: "ppo")),
        ]
        func failure(_ point: StateMap) -> String {
            Self.failure {
                _ = try TPESearcher(
                    parameters, metric: "m", order: .min, pointsToEvaluate: [["algorithm": "sac"], point], seed: 1)
            }
        }
        #expect(
            failure(["clp": 0.5])
                == "pointsToEvaluate/1/clp: there is no such parameter; did you mean \"clip\"? The parameters are "
                + "algorithm, clip")
        #expect(
            failure(["algorithm": "ppo", "clip": 2])
                == "pointsToEvaluate/1/clip: integer 2 is outside its domain")
        #expect(failure(["algorithm": "ppo", "clip": .double(.nan)]).hasSuffix("is outside its domain"))
        #expect(
            failure(["algorithm": "sac", "clip": 0.5])
                == "pointsToEvaluate/1/clip: there is no such parameter for the value of \"algorithm\" that is given, "
                + "or without one")
        #expect(failure(["clip": 0.5]).contains("or without one"))
        #expect(
            Self.failure {
                _ = try TPESearcher(
                    warmStartedFrom: [EvaluatedPoint(["algorithm": "ppo"], score: 1)], parameters, metric: "m",
                    order: .min, seed: 1)
            } == "warmStartedFrom/0/clip: the parameter has no value")
    }

    @Test("options that make no sense are refused")
    func options() {
        for (options, path) in [
            (TPEOptions(startupTrials: -1), "startupTrials"), (TPEOptions(candidates: 0), "candidates"),
            (TPEOptions(candidates: .max), "candidates"),
        ] {
            #expect(
                Self.failure { _ = try TPESearcher([], metric: "m", order: .min, options: options, seed: 1) }
                    .hasPrefix(path + ":"))
        }
    }

    @Test("states of other searches, and broken ones, are refused and change nothing")
    func states() throws {
        let parameters = [
            SearchParameter("a", .choice(["x", "y"])),
            SearchParameter("b", .integers(1...3), when: .init("a", is: "x")),
        ]
        var searcher = try TPESearcher(parameters, metric: "m", order: .min, seed: 1)
        for trial in 0..<4 { _ = try searcher.suggest(TrialID("\(trial)")) }
        searcher.complete("1", result: ["m": 1], hasFailed: false)
        let good = searcher.state
        func failure(_ change: (inout StateMap) -> Void) -> String {
            guard case .map(var state) = good else { return "no map" }
            change(&state)
            let message = Self.failure { try searcher.restore(from: .map(state)) }
            #expect(searcher.state == good)
            return message
        }
        func trials(_ trial: StateTree) -> String { failure { $0["trials"] = [trial] } }
        #expect(
            failure { $0["metric"] = "n" } == "metric: the state is that of a search by \"n\", this one is by \"m\"")
        #expect(failure { $0["order"] = "max" }.hasPrefix("order: the state is that of a search by \"max\""))
        #expect(
            failure { $0["parameters"] = ["a"] } == "parameters: the state is that of a search for other parameters")
        #expect(failure { $0["random"] = nil }.hasPrefix("random: required, but missing"))
        #expect(failure { $0["extra"] = 1 }.hasPrefix("extra: there is no such key"))
        #expect(
            trials(["id": "0", "values": [2, nil], "outcome": 1])
                == "trials/0/values/0: integer 2 is no value of \"a\" here")
        #expect(
            trials(["id": "0", "values": [1, 1], "outcome": 1]).hasPrefix("trials/0/values/1: integer 1 is no value"))
        #expect(
            trials(["id": "0", "values": [0, nil], "outcome": 1]) == "trials/0/values/1: the parameter has no value")
        #expect(trials(["id": "0", "values": [0], "outcome": 1]) == "trials/0/values: 2 parameters have 1 values")
        #expect(
            trials(["id": "0", "values": [1, nil], "outcome": "well"])
                == "trials/0/outcome: expected number, found string \"well\"")
        #expect(
            trials(["id": nil, "values": [1, nil], "outcome": "running"]) == "trials/0: a trial that runs has an id")
        let twice: StateTree = ["id": "0", "values": [1, nil], "outcome": "running"]
        #expect(
            failure { $0["trials"] = [twice, twice] } == "trials/1: two trials run that are called \"0\"")
        #expect(Self.failure { try searcher.restore(from: 3) }.contains("expected map"))
    }
}
