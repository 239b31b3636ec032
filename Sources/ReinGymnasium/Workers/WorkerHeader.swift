/// Where a worker says which lane it steps, in memory that is shared with it.
///
/// `@unchecked Sendable`: the worker writes; what it writes is looked at, and never relied on.
struct WorkerHeader: @unchecked Sendable {
    /// The lane that is stepped, counted in the worker, and the number of the step in its episode.
    private let words: UnsafeMutablePointer<Int64>
    private let lanes: Range<Int>

    /// Describes where it is.
    ///
    /// - Parameters:
    ///   - words: the four words of the header.
    ///   - lanes: the worker's lanes, counted over all workers.
    init(_ words: UnsafeMutablePointer<Int64>, lanes: Range<Int>) {
        self.words = words
        self.lanes = lanes
        words[0] = -1
    }

    /// What it says at present. It changes as long as the worker gets on.
    var progress: Progress { Progress(lane: words[0], step: words[1]) }

    /// The lane that is stepped, counted over all workers, and the number of the step in its episode, 0 for the reset; nil
    /// when none is.
    var place: (lane: Int, step: Int)? {
        let progress = progress
        guard progress.lane >= 0, progress.lane < lanes.count, progress.step >= 0 else { return nil }
        return (lanes.lowerBound + Int(progress.lane), Int(progress.step))
    }

    /// How far a worker is.
    struct Progress: Equatable {
        /// The lane, counted in the worker; −1 when it steps none.
        let lane: Int64
        /// The number of the step in its episode; 0 for the reset.
        let step: Int64
    }
}
