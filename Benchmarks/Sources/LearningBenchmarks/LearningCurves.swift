/// Learning curves of a record as a picture: each seed, their mean, and the 95 % bootstrap interval of the mean.
struct LearningCurves {
    private let record: LearningRecord
    private let width = 720.0
    private let height = 420.0
    private let margin = 60.0
    private let steps: [Int]
    private let columns: [[Double]]

    init(_ record: LearningRecord) {
        self.record = record
        let steps = (1...100).map { record.preset.steps * $0 / 100 }
        self.steps = steps
        // Each run's value at a step is that of its last point before.
        columns = steps.map { step in
            record.runs.compactMap { run in (run.curve.last { $0.steps <= step } ?? run.curve.first)?.mean }
        }
    }

    var svg: String {
        let all = columns.flatMap(\.self) + [record.preset.reference?.mean].compactMap(\.self)
        guard let low = all.min(), let high = all.max(), columns.allSatisfy({ !$0.isEmpty }) else { return "<svg/>" }
        let span = max(high - low, 1e-9)
        func x(_ step: Int) -> Double { margin + (width - 2 * margin) * Double(step) / Double(record.preset.steps) }
        func y(_ value: Double) -> Double { height - margin - (height - 2 * margin) * (value - low) / span }
        func line(_ values: [Double]) -> String {
            zip(steps, values).map { "\(x($0).rounded(1)),\(y($1).rounded(1))" }.joined(separator: " ")
        }
        let intervals = columns.map { Statistics.bootstrapInterval($0, of: Statistics.mean) }
        let band =
            zip(steps, intervals).map { "\(x($0).rounded(1)),\(y($1.upperBound).rounded(1))" }
            + zip(steps, intervals).reversed().map { "\(x($0).rounded(1)),\(y($1.lowerBound).rounded(1))" }
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(width))" height="\(Int(height))" \
            font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>
            <text x="\(margin)" y="30" font-size="15">\(record.preset.algorithm) \(record.preset.name): mean return \
            of the last 100 training episodes, \(record.runs.count) seeds</text>
            <polyline points="\(band.joined(separator: " "))" fill="#3366cc" fill-opacity="0.2"/>

            """
        for run in record.runs.indices where columns.allSatisfy({ $0.count == record.runs.count }) {
            text += "<polyline points=\"\(line(columns.map { $0[run] }))\" fill=\"none\" stroke=\"#99aacc\"/>\n"
        }
        text +=
            "<polyline points=\"\(line(columns.map(Statistics.mean)))\" fill=\"none\" stroke=\"#3366cc\" "
            + "stroke-width=\"2.5\"/>\n"
        if let reference = record.preset.reference {
            let level = y(reference.mean).rounded(1)
            text += """
                <line x1="\(margin)" x2="\(width - margin)" y1="\(level)" y2="\(level)" stroke="#cc3333" \
                stroke-dasharray="5 4"/>
                <text x="\(width - margin)" y="\(level - 4)" text-anchor="end" fill="#cc3333">published \
                \(reference.mean)</text>

                """
        }
        for share in [0.0, 0.25, 0.5, 0.75, 1] {
            let (step, value) = (Int(share * Double(record.preset.steps)), low + share * span)
            text += """
                <text x="\(x(step).rounded(1))" y="\(height - margin + 20)" text-anchor="middle">\(step)</text>
                <text x="\(margin - 8)" y="\(y(value).rounded(1) + 4)" text-anchor="end">\(value.rounded(1))</text>

                """
        }
        return text + "</svg>\n"
    }
}
