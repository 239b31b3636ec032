import ReinCheckpoints
import ReinNumerics
import ReinPolicies

/// Reads settings in RLlib's words.
struct RLlibSettings {
    let reader: StateReader

    init(_ reader: StateReader) { self.reader = reader }

    /// A number, or what RLlib takes when there is none.
    func number(_ key: String, default standard: Double) throws(StateError) -> Double {
        try reader.optionalChild(key)?.double() ?? standard
    }

    /// A number that may be missing.
    func number(_ key: String) throws(StateError) -> Double? { try reader.optionalChild(key)?.double() }

    /// An integer, or what RLlib takes when there is none.
    ///
    /// - Throws: `StateError` for other numbers and those out of bounds, so that nobody need fear to calculate with it.
    func int(
        _ key: String, default standard: Int, in bounds: ClosedRange<Int> = 0...1 << 52
    ) throws(StateError) -> Int {
        guard let value = reader.optionalChild(key) else { return standard }
        // RLlib takes 1e6 for an integer.
        guard let integer = Int(exactly: try value.double()) else {
            throw value.error(.outOfRange, "expected an integer")
        }
        guard bounds.contains(integer) else {
            throw value.error(
                .outOfRange, "\(integer) is not between \(bounds.lowerBound) and \(bounds.upperBound)")
        }
        return integer
    }

    /// The number of environments of all workers, which are in one process here.
    func environmentCount() throws(StateError) -> Int {
        let workers = max(1, try int("num_workers", default: 0, in: 0...1 << 20))
        return try int("num_envs_per_worker", default: 1, in: 1...1 << 20) * workers
    }

    /// A truth value, or what RLlib takes when there is none.
    func bool(_ key: String, default standard: Bool) throws(StateError) -> Bool {
        try reader.optionalChild(key)?.bool() ?? standard
    }

    /// Settings below a key, none when it is missing.
    func child(_ key: String) -> RLlibSettings { RLlibSettings(reader.optionalChild(key) ?? StateReader(.map([:]))) }

    /// A number that changes with the steps, if `KEY_schedule` is given.
    func schedule(_ key: String, points: String, default standard: Double) throws(StateError) -> Schedule {
        guard let saved = reader.optionalChild(points) else { return .constant(try number(key, default: standard)) }
        var corners: [Schedule.Point] = []
        for pair in try saved.list() {
            let numbers = try pair.list()
            guard numbers.count == 2, let step = Int(exactly: try numbers[0].double()) else {
                throw pair.error(.malformed, "expected a step and a value")
            }
            corners.append(Schedule.Point(step: step, value: try numbers[1].double()))
        }
        let schedule = Schedule.piecewise(corners)
        if let problem = schedule.problem { throw saved.error(.outOfRange, problem) }
        return schedule
    }

    /// A schedule in RLlib's words: the first value under a key, the points under another, null for a constant.
    static func words(_ schedule: Schedule, _ key: String, points: String) -> StateMap {
        var map: StateMap = [key: .double(schedule.value(at: 0))]
        switch schedule {
        case .constant: map[points] = StateTree.null
        case .piecewise(let corners):
            var pairs = corners.map { StateTree.list([.int(Int64($0.step)), .double($0.value)]) }
            // RLlib wants the value at step 0, and two points at least.
            if let first = corners.first, first.step > 0 { pairs.insert([0, .double(first.value)], at: 0) }
            if pairs.count == 1, let last = corners.last {
                pairs.append([.int(Int64(last.step + 1)), .double(last.value)])
            }
            map[points] = .list(pairs)
        }
        return map
    }
}
