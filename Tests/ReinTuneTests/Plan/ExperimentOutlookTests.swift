import ReinCheckpoints
import ReinTune
import Testing

@Suite struct ExperimentOutlookTests {
    private func plan(
        _ others: String, space: String = #"{"a": {"grid": [1, 2, 3]}, "b": {"uniform": [0, 1]}}"#
    ) throws
        -> ExperimentPlan
    {
        try ExperimentPlan(json: "{\"space\": \(space), \"metric\": \"loss\", \"mode\": \"min\"\(others)}")
    }

    @Test(
        "the number of trials is known before the first one",
        arguments: [
            ("", 3), (#", "samples": 4"#, 12), (#", "samples": -1"#, nil), (#", "samples": 0"#, 0),
            (#", "samples": 2, "searcher": {"type": "random", "pointsToEvaluate": [{"a": 2}, {"b": 0.5}, {}]}"#, 7),
        ])
    func count(_ others: String, _ count: Int?) throws {
        #expect(try plan(others).trialCount() == count)
    }

    @Test("so is that of a searcher that learns", arguments: [(5, 5), (0, 1), (-1, nil)])
    func countOfModel(_ samples: Int, _ count: Int?) throws {
        let others =
            ", \"samples\": \(samples), \"searcher\": {\"type\": \"tpe\", \"pointsToEvaluate\": [{\"b\": 0.5}]}"
        #expect(try plan(others, space: #"{"b": {"uniform": [0, 1]}}"#).trialCount() == count)
    }

    @Test(
        "what bounds the steps of a trial",
        arguments: [
            ("", nil), (#", "stop": {"training_iteration": 9.5, "loss": 3}"#, 10),
            (#", "stop": [{"rule": "iterations", "count": 7}, {"training_iteration": 9}]"#, 7),
            (#", "stop": {"loss": 3}, "timeBudget": 5"#, nil),
            (#", "stop": {"training_iteration": 1e300}"#, nil),
            (#", "scheduler": {"type": "asha", "maxTime": 6}, "stop": {"training_iteration": 9}"#, 6),
            (#", "scheduler": {"type": "asha", "maxTime": 6, "stopsLastTrials": false}"#, nil),
            (#", "scheduler": {"type": "asha", "maxTime": 6, "timeAttribute": "time_total_s"}"#, nil),
            (#", "scheduler": {"type": "hyperBand", "maxTime": 27}"#, 27),
            (#", "scheduler": {"type": "medianStopping"}"#, nil),
        ])
    func iterations(_ others: String, _ limit: Int?) throws { #expect(try plan(others).iterationLimit == limit) }

    @Test("the metrics that somebody looks at, each once")
    func metrics() throws {
        let names = try plan(
            #"""
            , "scheduler": {"type": "asha", "timeAttribute": "epoch"},
            "checkpoints": {"scoreAttribute": "accuracy"},
            "stop": [{"loss": 0}, {"rule": "atMost", "metric": "error", "value": 1}, {"rule": "iterations", "count": 3},
                     {"rule": "trialPlateau", "metric": "gain", "deviation": 0.1}]
            """#
        ).metricNames
        #expect(names == ["loss", "epoch", "error", "gain", "accuracy"])
    }
}
