import ReinRandom

/// A tree of questions about settings whose leaves say what the metric is to be expected.
///
/// A trial that does not have the setting that is asked for goes where most of the others went, so that a setting that
/// another one brings along is never asked for whether it is there: that is the other one's effect.
struct RegressionTree: Sendable {
    private enum Question: Sendable {
        /// Whether a number is this at most.
        case isAtMost(Double)
        /// Whether a kind is among these.
        case isAmong([Bool])
    }

    private struct Node: Sendable {
        var value: Double
        var question: (feature: Int, Question)?
        var missingGoesLeft = true
        var left = 0
        var right = 0
    }

    private var nodes: [Node] = []
    /// The fewest trials of a leaf.
    private static let leastLeaf = 2

    /// Grows a tree.
    ///
    /// - Parameters:
    ///   - table: the settings.
    ///   - targets: the metric of each trial.
    ///   - sample: the trials to grow it from, some of them more than once.
    ///   - random: which of several questions that are equally good is asked.
    init(_ table: FeatureTable, _ targets: [Double], sample: [Int], using random: inout RandomStream) {
        var rows = sample
        nodes.append(Node(value: Self.mean(targets, rows[...])))
        var waiting = [(node: 0, range: rows.indices)]
        var features = Array(table.columns.indices)
        while let (node, range) = waiting.popLast() {
            guard range.count >= 2 * Self.leastLeaf else { continue }
            features.shuffle(using: &random)
            var best: Split?
            for feature in features {
                let split = Split(of: table.columns[feature], feature, targets, rows[range], leastLeaf: Self.leastLeaf)
                if let split, split.gain > best?.gain ?? 0 { best = split }
            }
            guard let best else { continue }
            nodes[node].question = (best.feature, best.kinds.map { .isAmong($0) } ?? .isAtMost(best.threshold))
            nodes[node].missingGoesLeft = best.missingGoesLeft
            let current = nodes[node]
            let middle = rows[range].partition { !goesLeft(current, table, $0) }
            guard middle > range.lowerBound, middle < range.upperBound else {
                nodes[node].question = nil
                continue
            }
            nodes[node].left = nodes.count
            nodes.append(Node(value: Self.mean(targets, rows[range.lowerBound..<middle])))
            nodes[node].right = nodes.count
            nodes.append(Node(value: Self.mean(targets, rows[middle..<range.upperBound])))
            waiting.append((nodes[node].left, range.lowerBound..<middle))
            waiting.append((nodes[node].right, middle..<range.upperBound))
        }
    }

    /// What the metric of a trial is to be expected.
    ///
    /// - Parameter replacement: a setting that it is to have from another trial.
    func prediction(_ table: FeatureTable, _ row: Int, replacing replacement: (feature: Int, row: Int)? = nil) -> Double
    {
        var place = 0
        while let (feature, _) = nodes[place].question {
            let source = replacement.map { $0.feature == feature ? $0.row : row } ?? row
            place = goesLeft(nodes[place], table, source) ? nodes[place].left : nodes[place].right
        }
        return nodes[place].value
    }

    /// Whether anything is asked about a setting.
    func asks(_ feature: Int) -> Bool { nodes.contains { $0.question?.feature == feature } }

    private func goesLeft(_ node: Node, _ table: FeatureTable, _ row: Int) -> Bool {
        switch (node.question?.1, node.question.map { table.columns[$0.feature] }) {
        case (.isAtMost(let threshold)?, .numbers(let values)?):
            return values[row].isNaN ? node.missingGoesLeft : values[row] <= threshold
        case (.isAmong(let kinds)?, .kinds(let values, _)?):
            return values[row] < 0 ? node.missingGoesLeft : kinds[values[row]]
        default: return true
        }
    }

    private static func mean(_ targets: [Double], _ rows: ArraySlice<Int>) -> Double {
        rows.reduce(0) { $0 + targets[$1] } / Double(max(1, rows.count))
    }
}
