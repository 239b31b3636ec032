/// Decides which checkpoints stay: the best ones and the latest. It touches no file.
///
///     var ranking = CheckpointRanking(try CheckpointConfig(numToKeep: 1, scoreAttribute: "return"))
///     ranking.register(0, metrics: ["return": 5])    // []
///     ranking.register(1, metrics: ["return": 3])    // []: the latest stays
///     ranking.register(2, metrics: ["return": 4])    // [1]
///
/// Of equal scores the newer one is the better. Without a score attribute all are equal, so that newer ones are better.
/// NaN is worse than every number. A metric that is missing, null, text or a list is worse than NaN, in both orders; such
/// a checkpoint is kept and deleted as any other. Adding one takes hardly more time among ten thousand than among ten.
public struct CheckpointRanking: Sendable {
    /// What is kept.
    public let config: CheckpointConfig
    /// The newest checkpoint, which always stays; nil when there is none.
    public private(set) var latest: Int?
    /// Why the first checkpoint that could not be scored could not be; nil as long as all could.
    public private(set) var problem: String?
    private var list = RankedList()
    private var entries = Table<Int, RankedList.Entry>()

    /// The keys that the score attribute most often stands for.
    private let keys: [String]

    /// Begins without checkpoints.
    public init(_ config: CheckpointConfig) {
        self.config = config
        keys = config.scoreAttribute?.parts(between: "/", omittingEmpty: true) ?? []
    }

    /// The number of checkpoints that stay at present.
    public var count: Int { list.count }

    /// The checkpoint of the best score.
    public var best: Int? { list.last?.index }

    /// The best checkpoints, as many as are to be kept, the worst of them first. The latest one is not among them when it
    /// only stays because it is the latest.
    public var bestCheckpoints: [Int] { list.suffix(config.numToKeep ?? count).map(\.index) }

    /// All checkpoints that stay at present, in the order of their making.
    public var retained: [Int] { entries.keys.ascending }

    /// Whether a checkpoint stays at present.
    public func contains(_ index: Int) -> Bool { entries[index] != nil }

    /// Adds a checkpoint, which is the latest from then on if it is the newest.
    ///
    /// - Parameters:
    ///   - index: its index, none that was there before; newer checkpoints have higher ones.
    ///   - metrics: the result that it was made after.
    /// - Returns: the checkpoints that stay no longer, the worst first.
    @discardableResult
    public mutating func register(_ index: Int, metrics: StateTree) -> [Int] {
        let entry = RankedList.Entry(score: score(of: metrics, index), index: index)
        precondition(entries.insert(entry, for: index), "checkpoint \(index) is registered twice")
        list.insert(entry)
        latest = max(latest ?? index, index)
        return removeSurplus()
    }

    /// Takes a checkpoint out that is no longer there; of no effect when it is unknown.
    public mutating func forget(_ index: Int) {
        guard let entry = entries.removeValue(for: index) else { return }
        list.remove(entry)
        if latest == index { latest = entries.keys.max() }
    }

    /// Takes out what is worse than those to keep.
    private mutating func removeSurplus() -> [Int] {
        guard let numToKeep = config.numToKeep else { return [] }
        var removed: [Int] = []
        while list.count > numToKeep, let worst = list.first(excluding: latest) {
            // With the latest one as the worst, one more than the number stays.
            if list.count == numToKeep + 1, list.first(excluding: nil)?.index == latest { break }
            list.remove(worst)
            entries.removeValue(for: worst.index)
            removed.append(worst.index)
        }
        return removed
    }

    private mutating func score(of metrics: StateTree, _ index: Int) -> CheckpointScore {
        guard let attribute = config.scoreAttribute else { return .none }
        let metric = metrics.descendant(at: keys) ?? metrics.metric(attribute)
        let score = CheckpointScore(metric, config.scoreOrder)
        if score == .none, problem == nil {
            let found = metric.map { "is no number but \($0.summary)" } ?? "is missing"
            problem =
                "\"\(attribute.shortened)\" \(found) in the metrics of checkpoint \(index): such a checkpoint counts as the "
                + "worst"
        }
        return score
    }
}
