import ReinCheckpoints

/// The learning curves of all trials in one picture, the best one on top of the others.
struct CurveChart {
    private let width = 900.0
    private let height = 500.0
    private let plot = (left: 70.0, right: 870.0, top: 58.0, bottom: 440.0)
    private var canvas: SVGCanvas
    private let x: ChartScale
    private let y: ChartScale

    /// The most curves that are drawn, and the most points of all of them.
    private static let limit = (curves: 1000, points: 24_000)

    /// What is drawn.
    struct Content {
        /// The metric, and what it is drawn against.
        var names: (y: String, x: String)
        /// The curves from the best to the worst.
        var curves: [LearningCurve]
        /// The label of the first curve; nil when none is the best one.
        var bestLabel: String?
    }

    /// Draws.
    static func text(_ content: Content) -> String {
        var chart = CurveChart(content)
        return chart.draw(content)
    }

    private init(_ content: Content) {
        canvas = SVGCanvas(width: width, height: height)
        x = ChartScale(content.curves.flatMap(\.x), allowsLogarithms: false)
        y = ChartScale(content.curves.flatMap(\.y), allowsLogarithms: false)
    }

    private mutating func draw(_ content: Content) -> String {
        let drawn = content.curves.filter { !$0.x.isEmpty }
        let shown = Decimation.spread(drawn, limit: Self.limit.curves)
        let count = content.curves.count
        let title = "\(content.names.y.shortened) in \(drawn.count) of \(count) trial\(count == 1 ? "" : "s")"
        canvas.write(title, plot.left, 26, size: 16, color: "#111111", isBold: true)
        if shown.count < drawn.count {
            canvas.write("\(shown.count) curves are drawn", plot.right, 26, .end, color: "#777777")
        }
        drawAxes(content.names)
        let room = max(4, Self.limit.points / max(1, shown.count))
        let isCrowded = shown.count > 40
        for (place, curve) in shown.enumerated().reversed() {
            let isBest = place == 0 && content.bestLabel != nil
            // The better ones darker.
            let share = shown.count < 2 ? 0.5 : 1 - Double(place) / Double(shown.count - 1)
            let stroke = SVGCanvas.Stroke(
                color: isBest ? ScoreColor.best : ScoreColor.color(0.15 + 0.6 * share),
                width: isBest ? 2.4 : isCrowded ? 0.8 : 1.2, opacity: isBest ? 1 : isCrowded ? 0.5 : 0.85)
            draw(curve, stroke, limit: isBest ? 1000 : room)
        }
        if let label = content.bestLabel, let best = shown.first { drawLabel(label, best) }
        if drawn.isEmpty {
            canvas.write(
                "no results", (plot.left + plot.right) / 2, (plot.top + plot.bottom) / 2, .middle, size: 16,
                color: "#777777")
        }
        return canvas.text(title: title)
    }

    private mutating func drawAxes(_ names: (y: String, x: String)) {
        for (value, name) in y.ticks(about: 6) {
            let place = point(x.low, value).y
            canvas.line([(plot.left, place), (plot.right, place)], .init(color: "#e6e6e6"))
            canvas.write(name, plot.left - 8, place + 4, .end, color: "#555555")
        }
        for (value, name) in x.ticks(about: 8) {
            let place = point(value, y.low).x
            canvas.line([(place, plot.bottom), (place, plot.bottom + 5)], .init(color: "#888888"))
            canvas.write(name, place, plot.bottom + 20, .middle, color: "#555555")
        }
        canvas.line([(plot.left, plot.bottom), (plot.right, plot.bottom)], .init(color: "#888888"))
        canvas.write(names.x, (plot.left + plot.right) / 2, plot.bottom + 42, .middle)
        canvas.write(names.y, 18, (plot.top + plot.bottom) / 2, .middle, turnedBy: -90)
    }

    private mutating func draw(_ curve: LearningCurve, _ stroke: SVGCanvas.Stroke, limit: Int) {
        var piece: [(x: Double, y: Double)] = []
        func finished(_ piece: [(x: Double, y: Double)], on canvas: inout SVGCanvas) {
            if piece.count == 1 {
                canvas.dot(
                    piece[0].x, piece[0].y, radius: stroke.width + 1, color: stroke.color, opacity: stroke.opacity)
            }
            canvas.line(piece, stroke)
        }
        for place in Decimation.places(curve.y, limit: limit) {
            let value = curve.y[place]
            if value.isFinite {
                piece.append(point(curve.x[place], value))
            } else {
                // A gap.
                finished(piece, on: &canvas)
                piece.removeAll()
            }
        }
        finished(piece, on: &canvas)
    }

    private mutating func drawLabel(_ label: String, _ curve: LearningCurve) {
        guard let last = curve.y.lastIndex(where: \.isFinite) else { return }
        let end = point(curve.x[last], curve.y[last])
        canvas.dot(end.x, end.y, radius: 3.5, color: ScoreColor.best)
        canvas.line([(plot.left, 43), (plot.left + 22, 43)], .init(color: ScoreColor.best, width: 2.4))
        canvas.write(TextWidth.cut(label.shortened, to: 78), plot.left + 30, 47, color: ScoreColor.best)
    }

    private func point(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
        (
            plot.left + self.x.fraction(of: x) * (plot.right - plot.left),
            plot.bottom - self.y.fraction(of: y) * (plot.bottom - plot.top)
        )
    }
}
