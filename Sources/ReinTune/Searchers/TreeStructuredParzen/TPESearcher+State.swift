public import ReinCheckpoints
import ReinRandom

extension TPESearcher: Checkpointable {
    private static let keys = ["metric", "order", "parameters", "random", "points", "trials"]

    /// The random stream, the points that are left, and the trials. What was given when the search was made is not in it,
    /// except what the numbers would mean something else without.
    public var state: StateTree {
        [
            "metric": .string(metric),
            "order": .string(order.rawValue),
            "parameters": .list(parameters.map { .string($0.path) }),
            "random": StateEncoder().encode(random),
            "points": .list(points.map { tree.state(of: $0) }),
            "trials": .list(
                history.trials.map { trial in
                    [
                        "id": trial.id.map { .string($0.string) } ?? .null,
                        "values": tree.state(of: trial.numbers),
                        "outcome": trial.outcome.state,
                    ]
                }),
        ]
    }

    /// Takes over the state of a search for the same parameters by the same metric.
    ///
    /// - Throws: `StateError` for what is no such state; the search is then as it was.
    public mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        try reader.expectKeys(Self.keys)
        try expect("metric", metric, in: reader)
        try expect("order", order.rawValue, in: reader)
        let paths = try reader.child("parameters")
        guard paths.tree == .list(parameters.map { .string($0.path) }) else {
            throw paths.error(.outOfRange, "the state is that of a search for other parameters")
        }
        let random = try reader.decode(RandomStream.self, "random")
        var points: [[Double]] = []
        for point in try reader.list("points") {
            points.append(try tree.numbers(restoredFrom: point, isWhole: false))
        }
        var history = TPEHistory(try tree.makeGroups(), order: order)
        for trial in try reader.list("trials") {
            try trial.expectKeys(["id", "values", "outcome"])
            let id = try trial.optionalChild("id").map { id throws(StateError) in TrialID(try id.string()) }
            let outcome = try TrialOutcome(restoredFrom: trial.child("outcome"))
            if outcome == .running {
                guard let id else { throw trial.error(.missingKey, "a trial that runs has an id") }
                guard !history.isRunning(id) else {
                    throw trial.error(.alreadyExists, "two trials run that are called \"\(id.string.shortened)\"")
                }
            }
            history.append(
                try tree.numbers(restoredFrom: trial.child("values"), isWhole: true), id: id, outcome: outcome)
        }
        self.random = random
        self.points = points
        self.history = history
    }

    private func expect(_ key: String, _ value: String, in reader: StateReader) throws(StateError) {
        let place = try reader.child(key)
        let found = try place.string()
        guard found == value else {
            throw place.error(
                .outOfRange,
                "the state is that of a search by \"\(found.shortened)\", this one is by \"\(value.shortened)\"")
        }
    }
}
