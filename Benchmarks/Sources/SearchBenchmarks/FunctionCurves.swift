/// What searches have found after each trial, as a picture: a panel for each function, medians over the seeds, and between
/// which values the middle half of them lies.
struct FunctionCurves {
    /// Who searches.
    struct Line {
        var name: String
        /// The lowest value after each trial, for each seed.
        var curves: [[Double]]
    }

    /// What is searched.
    struct Panel {
        var title: String
        var lines: [Line]
    }

    var panels: [Panel]
    var seeds: Int
    private let size = (width: 420.0, height: 280.0)
    private let margin = 50.0
    private let colors = ["Rein": "#3366cc", "Optuna": "#cc3333", "random": "#888888"]

    init(panels: [Panel], seeds: Int) {
        self.panels = panels
        self.seeds = seeds
    }

    var svg: String {
        let (columns, rows) = (2, (panels.count + 1) / 2)
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(size.width) * columns)" \
            height="\(Int(size.height) * rows)" font-family="sans-serif" font-size="11">
            <rect width="100%" height="100%" fill="white"/>

            """
        for (place, panel) in panels.enumerated() {
            let origin = (x: Double(place % columns) * size.width, y: Double(place / columns) * size.height)
            text += "<g transform=\"translate(\(origin.x) \(origin.y))\">\n\(draw(panel))</g>\n"
        }
        return text + "</svg>\n"
    }

    /// The values of a line after each trial that a share of the seeds stays below.
    private func quantile(_ share: Double, _ line: Line) -> [Double] {
        (line.curves.first ?? []).indices.map { trial in
            let values = line.curves.map { $0[trial] }.sorted()
            let place = share * Double(values.count - 1)
            let (low, high) = (values[Int(place)], values[min(Int(place) + 1, values.count - 1)])
            return low + (high - low) * (place - place.rounded(.down))
        }
    }

    private func draw(_ panel: Panel) -> String {
        let first = 10
        let medians = panel.lines.map { quantile(0.5, $0) }
        let shown = medians.flatMap { $0[first...] }
        guard let low = shown.min(), let high = shown.max(), let count = medians.first?.count else { return "" }
        let span = max(high - low, 1e-9)
        func x(_ trial: Int) -> Double {
            margin + (size.width - 2 * margin) * Double(trial - first) / Double(count - 1 - first)
        }
        func y(_ value: Double) -> Double {
            let share = min(max((value - low) / span, 0), 1)
            return size.height - margin - (size.height - 2 * margin) * share
        }
        func point(_ trial: Int, _ value: Double) -> String { "\(x(trial).rounded(1)),\(y(value).rounded(1))" }
        var text = """
            <text x="\(margin)" y="24" font-size="14">\(panel.title): lowest value after each trial, \(seeds) seeds</text>
            <text x="\(margin)" y="\(size.height - margin + 18)">\(first + 1)</text>
            <text x="\(size.width - margin)" y="\(size.height - margin + 18)" text-anchor="end">\(count) trials</text>
            <text x="\(margin - 6)" y="\(y(low) + 4)" text-anchor="end">\(low.rounded(2))</text>
            <text x="\(margin - 6)" y="\(y(high) + 4)" text-anchor="end">\(high.rounded(2))</text>

            """
        for (place, line) in panel.lines.enumerated() {
            let color = colors[line.name] ?? "black"
            let (lower, upper) = (quantile(0.25, line), quantile(0.75, line))
            let trials = Array(first..<count)
            let band = trials.map { point($0, upper[$0]) } + trials.reversed().map { point($0, lower[$0]) }
            let curve = trials.map { point($0, medians[place][$0]) }
            text += """
                <polyline points="\(band.joined(separator: " "))" fill="\(color)" fill-opacity="0.12"/>
                <polyline points="\(curve.joined(separator: " "))" fill="none" stroke="\(color)" stroke-width="2"/>
                <text x="\(size.width - margin - 70)" y="\(50 + 15 * place)" fill="\(color)">\(line.name)</text>

                """
        }
        return text
    }
}

extension Double {
    /// The number with so many digits behind the point.
    fileprivate func rounded(_ digits: Int) -> Double {
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        return (self * scale).rounded() / scale
    }
}
