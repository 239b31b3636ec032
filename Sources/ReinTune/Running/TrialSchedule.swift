import ReinCheckpoints

/// The order in which trials report, if it is not to depend on how long their steps take: as if each step took the same
/// time, and those that end at once came in the order of their trials.
struct TrialSchedule: Sendable, Equatable {
    /// The time of the newest report, in steps.
    private(set) var now = 0
    /// The time of the newest report of each trial that runs; when it began, if there was none.
    private(set) var times: [TrialID: Int] = [:]

    /// A trial begins, or goes on after an interruption.
    mutating func begin(_ id: TrialID) { if times[id] == nil { times[id] = now } }

    /// A trial has reported.
    mutating func advance(_ id: TrialID) {
        guard let time = times[id] else { return }
        now = max(now, time + 1)
        times[id] = time + 1
    }

    /// A trial runs no longer.
    mutating func remove(_ id: TrialID) { times[id] = nil }

    /// The trials that run, in the order in which they report next.
    ///
    /// - Parameter index: the number of a trial.
    func order(by index: (TrialID) -> Int) -> [TrialID] {
        times.map { (id: $0.key, time: $0.value, index: index($0.key)) }
            .sorted { ($0.time, $0.index) < ($1.time, $1.index) }
            .map(\.id)
    }

    /// The trial that reports next.
    func next(by index: (TrialID) -> Int) -> TrialID? {
        times.min { ($0.value, index($0.key)) < ($1.value, index($1.key)) }?.key
    }
}

extension TrialSchedule: Checkpointable {
    var state: StateTree {
        let known = times.sorted(byBytesOf: \.key.string)
        return [
            "now": .int(Int64(now)), "trials": .ids(known.map(\.key)), "times": .numbers(known.map(\.value)),
        ]
    }

    mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        try reader.expectKeys(["now", "trials", "times"])
        var restored = TrialSchedule()
        restored.now = try reader.int("now")
        let (ids, times) = (try reader.child("trials").trialIDs(), try reader.child("times").ints())
        guard ids.count == times.count else { throw reader.error(.wrongShape, "not one time a trial") }
        for (id, time) in zip(ids, times) {
            guard time >= 0, time <= restored.now, restored.now < Int.max / 2 else {
                throw reader.error(.outOfRange, "\(time) and \(restored.now) are no numbers of steps")
            }
            restored.times[id] = time
        }
        self = restored
    }
}
