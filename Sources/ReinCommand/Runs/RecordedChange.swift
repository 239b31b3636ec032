import Rein

/// A setting that was changed in the course of a run, as `params.json` and `result.json` tell of it:
///
///     {"iteration": 12, "policy": null, "key": "learningRate", "from": 0.0003, "to": 0.0001}
struct RecordedChange: Equatable {
    /// The number of iterations before it.
    let iteration: Int
    /// The policy whose own setting it is; nil for one of the algorithm.
    let policy: PolicyID?
    /// The key in full, such as `network.hidden`.
    let key: String
    /// The value before.
    let saved: StateTree
    /// The value from then on.
    let value: StateTree

    /// Notes a change.
    init(_ change: SettingChange, iteration: Int) {
        self.iteration = iteration
        (policy, key, saved, value) = (change.policy, change.key, change.saved, change.value)
    }

    /// The key, split at its dots.
    var path: [String] { key.split(separator: ".").map(String.init) }

    /// The change as data.
    var tree: StateTree {
        [
            "iteration": .int(Int64(iteration)), "policy": policy.map { .string($0.string) } ?? .null,
            "key": .string(key), "from": saved, "to": value,
        ]
    }

    /// Reads what `tree` made.
    ///
    /// - Throws: `StateError` for anything else.
    init(_ reader: StateReader) throws(StateError) {
        try reader.expectKeys(["iteration", "policy", "key", "from", "to"])
        iteration = try reader.int("iteration")
        policy = try reader.optionalChild("policy").map { id throws(StateError) in try PolicyID(id.string()) }
        key = try reader.string("key")
        saved = try reader.child("from").tree
        value = try reader.child("to").tree
    }
}
