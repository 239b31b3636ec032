/// Checkpoints in the order of their scores, the worst first; of equal scores, the older one.
///
/// They lie in runs of a few hundred, so that adding or removing one moves few of them however many there are.
struct RankedList: Sendable {
    /// A checkpoint by its index, and its score.
    struct Entry: Comparable, Sendable {
        /// How good it is.
        let score: CheckpointScore
        /// Its index, which is higher for newer ones.
        let index: Int

        /// Whether the first comes before the second.
        static func < (left: Entry, right: Entry) -> Bool {
            left.score != right.score ? left.score < right.score : left.index < right.index
        }
    }

    /// The number of entries.
    private(set) var count = 0
    /// The entries in order; none of the runs is empty.
    private var runs: [[Entry]] = []

    private static let runLimit = 256

    /// The best entry, the last one.
    var last: Entry? { runs.last?.last }

    /// The worst entry, or the one after it where the worst is another one than `index`.
    func first(excluding index: Int?) -> Entry? {
        guard let worst = runs.first?.first, worst.index == index else { return runs.first?.first }
        return runs[0].count > 1 ? runs[0][1] : runs.count > 1 ? runs[1][0] : nil
    }

    /// The best entries, the worst of them first.
    func suffix(_ count: Int) -> [Entry] {
        var entries: [Entry] = []
        entries.reserveCapacity(Swift.min(count, self.count))
        var surplus = self.count - count
        for run in runs {
            for entry in run {
                if surplus <= 0 { entries.append(entry) }
                surplus -= 1
            }
        }
        return entries
    }

    /// Adds an entry.
    mutating func insert(_ entry: Entry) {
        count += 1
        guard !runs.isEmpty else {
            runs = [[entry]]
            return
        }
        let run = Swift.min(runIndex(of: entry), runs.count - 1)
        let position = Self.position(of: entry, in: runs[run])
        runs[run].insert(entry, at: position)
        guard runs[run].count > Self.runLimit else { return }
        let half = runs[run].count / 2
        let upper = Array(runs[run][half...])
        runs[run].removeLast(runs[run].count - half)
        runs.insert(upper, at: run + 1)
    }

    /// Removes an entry; of no effect when it is not there.
    mutating func remove(_ entry: Entry) {
        let run = runIndex(of: entry)
        guard run < runs.count else { return }
        let position = Self.position(of: entry, in: runs[run])
        guard runs[run][position] == entry else { return }
        count -= 1
        runs[run].remove(at: position)
        if runs[run].isEmpty { runs.remove(at: run) }
    }

    /// The first run whose last entry is not before an entry; their number when there is none.
    private func runIndex(of entry: Entry) -> Int {
        var (low, high) = (0, runs.count)
        while low < high {
            let middle = (low + high) / 2
            if runs[middle][runs[middle].count - 1] < entry { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The place of the first entry in a run that is not before another.
    private static func position(of entry: Entry, in run: [Entry]) -> Int {
        var (low, high) = (0, run.count)
        while low < high {
            let middle = (low + high) / 2
            if run[middle] < entry { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
