import ReinCheckpoints

/// Parallel coordinates: an axis for each setting and one for the metric, and a line for each trial through its values,
/// darker for better ones.
struct ParallelChart {
    private let height = 500.0
    private let top = 92.0
    private let bottom = 430.0
    private let side = 70.0
    private let width: Double
    private let spacing: Double
    private var canvas: SVGCanvas

    /// The most axes of settings and the most lines that are drawn.
    static let limit = (axes: 14, lines: 1000)

    /// What is drawn.
    struct Content {
        /// The title.
        var title: String
        /// What is left out, or else is to be known; nil when there is nothing.
        var note: String?
        /// The axes; that of the metric is the last.
        var axes: [ParallelAxis]
        /// The trials from the best to the worst, by their places on the axes.
        var order: [Int]
        /// How good each of them is, from 0 to 1; nil of those that have no number.
        var shares: [Double?]
        /// The label of the best one; nil when none is.
        var bestLabel: String?
    }

    /// Draws.
    static func text(_ content: Content) -> String {
        var chart = ParallelChart(axisCount: content.axes.count)
        return chart.draw(content)
    }

    private init(axisCount: Int) {
        spacing = axisCount > 1 ? max(110, 760 / Double(axisCount - 1)) : 0
        width = max(900, 2 * side + spacing * Double(max(1, axisCount) - 1))
        canvas = SVGCanvas(width: width, height: height)
    }

    private mutating func draw(_ content: Content) -> String {
        canvas.write(content.title, 24, 26, size: 16, color: "#111111", isBold: true)
        if let note = content.note { canvas.write(note, width - 24, 26, .end, color: "#777777") }
        let shown = Decimation.spread(content.order, limit: Self.limit.lines)
        let isCrowded = shown.count > 60
        for trial in shown.reversed() {
            let isBest = content.bestLabel != nil && trial == shown.first
            let share = content.shares[trial]
            let stroke = SVGCanvas.Stroke(
                color: isBest ? ScoreColor.best : share.map { ScoreColor.color($0) } ?? ScoreColor.none,
                width: isBest ? 2.6 : isCrowded ? 0.9 : 1.4, opacity: isBest ? 1 : isCrowded ? 0.55 : 0.85,
                dashes: share == nil ? "4 3" : nil)
            canvas.line(points(of: trial, content.axes), stroke)
        }
        let lacks = content.axes.map { axis in shown.contains { axis.places[$0] == nil } }
        if lacks.contains(true) { canvas.write("none", 24, bottom + 30, size: 11, color: "#777777") }
        for (index, axis) in content.axes.enumerated() {
            draw(axis, at: place(index, content.axes.count), isMetric: index == content.axes.count - 1, lacks[index])
        }
        if let label = content.bestLabel {
            canvas.line([(24, 46), (46, 46)], .init(color: ScoreColor.best, width: 2.6))
            canvas.write(TextWidth.cut(label.shortened, to: 78), 54, 50, color: ScoreColor.best)
        }
        return canvas.text(title: content.title)
    }

    private func place(_ index: Int, _ count: Int) -> Double {
        count == 1 ? width / 2 : side + spacing * Double(index)
    }

    private func points(of trial: Int, _ axes: [ParallelAxis]) -> [(x: Double, y: Double)] {
        var points = axes.enumerated().map { index, axis in
            (x: place(index, axes.count), y: axis.places[trial].map { bottom - $0 * (bottom - top) } ?? bottom + 26)
        }
        // With one axis a line is a short stroke across it.
        if points.count == 1 { points = [(points[0].x - 30, points[0].y), (points[0].x + 30, points[0].y)] }
        return points
    }

    private mutating func draw(_ axis: ParallelAxis, at x: Double, isMetric: Bool, _ isLacking: Bool) {
        let color = isMetric ? "#111111" : "#555555"
        canvas.line([(x, top), (x, bottom)], .init(color: color, width: isMetric ? 1.8 : 1.2))
        if isLacking { canvas.line([(x - 4, bottom + 26), (x + 4, bottom + 26)], .init(color: color)) }
        // The names of the outermost axes end at the edges of the picture.
        let room = max(8, Int(spacing / 7.5))
        let isOuter = isMetric || x == side
        let name = TextWidth.cut(axis.name.shortened, to: spacing == 0 ? 60 : isOuter ? min(room, 18) : room)
        canvas.write(name, x, top - 16, .middle, color: color, isBold: isMetric)
        if axis.isLogarithmic { canvas.write("(log)", x, top - 5, .middle, size: 9, color: "#777777") }
        for tick in axis.ticks {
            let y = bottom - tick.place * (bottom - top)
            // Beside the metric's axis there are no lines on the right.
            let direction = isMetric ? 1.0 : -1
            canvas.line([(x, y), (x + 4 * direction, y)], .init(color: color))
            canvas.write(
                TextWidth.cut(tick.name.shortened, to: min(room, 9)), x + 7 * direction, y + 4,
                isMetric ? .start : .end, size: 11, color: "#444444", halo: true)
        }
    }
}
