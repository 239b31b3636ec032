import ReinCheckpoints
import Testing

@testable import ReinTune

/// Population-based training in the plan of an experiment.
@Suite struct PlannedPopulationTests {
    private func plan(_ entries: String) throws -> ExperimentPlan {
        try ExperimentPlan(
            json: #"{"space": {"rate": {"uniform": [0, 1]}}, "metric": "score", "mode": "min", \#(entries)}"#)
    }

    @Test("population-based training is read whole, its mutations included")
    func populationBased() throws {
        let text = #"""
            "scheduler": {"type": "populationBased", "timeAttribute": "training_iteration", "interval": 4, "burnIn": 2,
                "mutations": {"rate": {"logUniform": [1e-4, 1]}, "batch": [16, 32, 64], "net/width": {"int": [8, 64]},
                              "net": {"activation": {"choice": ["tanh", "relu"]}, "hidden": [[8], [8, 8]]},
                              "maps": {"constant": [{"a": 1}, {"a": 2}]}},
                "quantile": 0.5, "resampleProbability": 0.1, "factors": [2, 0.5], "staysInDomain": false,
                "isSynchronous": true, "requiresMetrics": false, "isLogging": false}
            """#
        let plan = try plan(text)
        guard case .populationBased(let settings) = plan.scheduler else { throw StateError(.wrongType, "another") }
        let expected = try PopulationBasedTraining.Configuration(
            metric: "score", order: .min, timeAttribute: "training_iteration", interval: 4, burnIn: 2,
            mutations: [
                "rate": .domain(.logUniform(1e-4...1)), "batch": [16, 32, 64], "net/width": .domain(.integers(8...64)),
                "net/activation": .domain(.choice(["tanh", "relu"])), "net/hidden": [[8], [8, 8]],
                "maps": [["a": 1], ["a": 2]],
            ], quantile: 0.5, resampleProbability: 0.1, factors: [2, 0.5], staysInDomain: false, isSynchronous: true,
            requiresMetrics: false, isLogging: false)
        #expect(settings.exploration.parameters.map(\.path) == expected.exploration.parameters.map(\.path))
        #expect(settings.exploration.parameters.map(\.mutation) == expected.exploration.parameters.map(\.mutation))
        #expect(try settings.tree() == expected.tree())
        #expect(try PopulationBasedTraining.Configuration(StateReader(settings.tree())).tree() == settings.tree())
        let plain = try self.plan(#""scheduler": {"type": "populationBased", "mutations": {"rate": [1, 2]}}"#)
        guard case .populationBased(let standard) = plain.scheduler else { throw StateError(.wrongType, "another") }
        #expect(
            try standard.tree()
                == PopulationBasedTraining.Configuration(
                    metric: "score", order: .min, mutations: ["rate": [1, 2]]
                ).tree())
    }

    @Test(
        "what population-based training cannot do is refused with its place",
        arguments: [
            ("", "scheduler/mutations: there is nothing that changes settings"),
            (#", "mutations": {}"#, "scheduler/mutations: there is nothing that changes settings"),
            (#", "mutations": {"rate": 0.5}"#, "scheduler/mutations/rate: expected a domain"),
            (#", "mutations": {"rate": {"grid": [1, 2]}}"#, "scheduler/mutations/rate: expected a domain"),
            (#", "mutations": {"rate": []}"#, "scheduler/mutations/rate: there is nothing to choose from"),
            (#", "mutations": {"rate": {"uniform": [2, 1]}}"#, "scheduler/mutations/rate/uniform"),
            (
                #", "mutations": {"rate": [{"uniform": [0, 1]}, 2]}"#,
                "scheduler/mutations/rate: expected a list of values"
            ),
            (#", "mutations": {"a": {"b": [1]}, "a/b": [1]}"#, "scheduler/mutations/a/b: is changed in two ways"),
            (#", "mutations": {"a": [1], "a/b": [1]}"#, "scheduler/mutations/a/b: \"a\" is changed as a whole"),
            (#", "mutations": [1]"#, "scheduler/mutations: expected map"),
            (#", "mutations": {"rate": [1]}, "quantile": 0.6"#, "scheduler/quantile: 0.6 is not between 0 and 0.5"),
            (#", "mutations": {"rate": [1]}, "interval": 0"#, "scheduler/interval: 0.0 has to be above 0"),
            (#", "mutations": {"rate": [1]}, "factors": [0]"#, "scheduler/factors: expected finite numbers above 0"),
            (
                #", "mutations": {"rate": [1]}, "resampleProbability": 2"#,
                "scheduler/resampleProbability: 2.0 is no probability"
            ),
            (
                #", "mutations": {"rate": [1]}, "synchronous": true"#,
                "scheduler/synchronous: there is no such key; did you mean \"isSynchronous\"?"
            ),
        ])
    func populationRefusals(entries: String, message: String) {
        let error = #expect(throws: StateError.self) {
            try plan(#""scheduler": {"type": "populationBased"\#(entries)}"#)
        }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }
}
