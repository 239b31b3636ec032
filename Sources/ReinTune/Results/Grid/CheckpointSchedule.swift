/// When a trainable was saved: every so many results, at its end, and when a result asked for it.
///
/// Ray writes nowhere but in a pickle which result a checkpoint was made after. It can often be told all the same: the
/// checkpoints of a trial are counted in the order of their making, the newest one always stays, and all trials of an
/// experiment have the same schedule. So the highest index of a trial tells the number of its checkpoints, and only few
/// schedules come to these numbers in all trials. Where all of them say the same of a checkpoint, that is its result; of
/// the others nothing is claimed. Nor is anything where a scheduler has had checkpoints made besides, to pause trials or to
/// hand them on.
struct CheckpointSchedule: Equatable {
    /// How many results there are from one checkpoint to the next; 0 for none of these.
    var frequency: Int
    /// Whether there is one after the last result.
    var atEnd: Bool

    private static let workLimit = 10_000_000

    /// What is known of a trial whose results are numbered without gaps and repetitions.
    struct Course: Equatable {
        /// The number of results.
        var count: Int
        /// Whether the last one says that the trial has come to its end.
        var isDone: Bool
        /// Whether it may go on, so that the newest checkpoint may still be missing.
        var isRunning: Bool
        /// The rows, from 0, whose results asked for a checkpoint.
        var wanted: [Int]
        /// The number of checkpoints that were made.
        var checkpointCount: Int
    }

    /// The rows of the results, from 0, after which a trial was saved.
    func rows(of course: Course) -> [Int] {
        let wanted = Set(course.wanted)
        return (0..<course.count).filter { row in isRegular(row) || wanted.contains(row) || isEnd(row, of: course) }
    }

    /// The number of `rows(of:)`.
    func rowCount(of course: Course) -> Int {
        var count = frequency > 0 ? course.count / frequency : 0
        for row in course.wanted where !isRegular(row) { count += 1 }
        let last = course.count - 1
        if isEnd(last, of: course), !isRegular(last), !course.wanted.contains(last) { count += 1 }
        return count
    }

    /// The schedules that come to the numbers of checkpoints of all trials; none, so that nothing is claimed, where it would
    /// take long to find them.
    static func explaining(_ courses: [Course]) -> [CheckpointSchedule] {
        let longest = courses.map(\.count).max() ?? 0
        let wanted = courses.map(\.wanted.count).max() ?? 0
        guard (longest + 1) * (wanted + 1) <= workLimit else { return [] }
        var schedules = (0...longest).flatMap { frequency in
            [false, true].map { CheckpointSchedule(frequency: frequency, atEnd: $0) }
        }
        for course in courses {
            schedules.removeAll { schedule in
                let missing = schedule.rowCount(of: course) - course.checkpointCount
                return !(missing == 0 || (course.isRunning && missing == 1))
            }
            if schedules.isEmpty { break }
        }
        return schedules
    }

    /// The rows of a trial's checkpoints by their indices, as far as all schedules say the same.
    static func rows(of course: Course, by schedules: [CheckpointSchedule]) -> [Int?] {
        guard let first = schedules.first, schedules.count * course.count <= workLimit else { return [] }
        var agreed: [Int?] = first.rows(of: course)
        var seen: Set<Int> = [first.frequency * 2 + (first.atEnd ? 1 : 0)]
        for schedule in schedules.dropFirst() {
            // Those that never come to a checkpoint of this trial are all the same one.
            let frequency = schedule.frequency > course.count ? 0 : schedule.frequency
            guard seen.insert(frequency * 2 + (schedule.atEnd ? 1 : 0)).inserted else { continue }
            let rows = schedule.rows(of: course)
            for index in agreed.indices where index >= rows.count || rows[index] != agreed[index] {
                agreed[index] = nil
            }
        }
        return agreed
    }

    private func isRegular(_ row: Int) -> Bool { frequency > 0 && (row + 1) % frequency == 0 }

    private func isEnd(_ row: Int, of course: Course) -> Bool { atEnd && course.isDone && row == course.count - 1 }
}
