import ReinCheckpoints

/// A picture as the text of an SVG file. The same shapes give the same text, and whatever a name holds, nothing in it is
/// markup.
struct SVGCanvas {
    /// How a line looks.
    struct Stroke {
        var color: String
        var width = 1.0
        var opacity = 1.0
        var dashes: String?
    }

    /// Where a text stands with its anchor.
    enum Anchor: String {
        case start, middle, end
    }

    private let width: Double
    private let height: Double
    private var body: [String] = []

    /// An empty white picture.
    ///
    /// - Parameters:
    ///   - width: its width in pixels.
    ///   - height: its height in pixels.
    init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    /// The text of the file.
    func text(title: String) -> String {
        let size = "\(Self.number(width)) \(Self.number(height))"
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.number(width))" height="\(Self.number(height))" \
            viewBox="0 0 \(size)" font-family="Helvetica, Arial, sans-serif" font-size="12">
            <title>\(Self.escaped(title))</title>
            <rect width="100%" height="100%" fill="#ffffff"/>
            \(body.joined(separator: "\n"))
            </svg>

            """
    }

    /// Draws a line through points.
    mutating func line(_ points: [(x: Double, y: Double)], _ stroke: Stroke) {
        guard points.count > 1 else { return }
        let path = points.enumerated().map { index, point in
            "\(index == 0 ? "M" : index == 1 ? "L" : "")\(Self.number(point.x)) \(Self.number(point.y))"
        }.joined(separator: " ")
        body.append("<path d=\"\(path)\" fill=\"none\" stroke-linejoin=\"round\"\(Self.attributes(stroke))/>")
    }

    /// Draws a dot.
    mutating func dot(_ x: Double, _ y: Double, radius: Double, color: String, opacity: Double = 1) {
        let opacity = opacity < 1 ? " fill-opacity=\"\(Self.number(opacity))\"" : ""
        body.append(
            "<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"\(Self.number(radius))\" fill=\"\(color)\""
                + opacity + "/>")
    }

    /// Writes a line of text, as it is safe to be shown. With a halo it stays legible on lines.
    mutating func write(
        _ text: String, _ x: Double, _ y: Double, _ anchor: Anchor = .start, size: Double = 12,
        color: String = "#333333",
        isBold: Bool = false, turnedBy degrees: Double = 0, halo: Bool = false
    ) {
        let place = "x=\"\(Self.number(x))\" y=\"\(Self.number(y))\""
        let turn =
            degrees == 0
            ? "" : " transform=\"rotate(\(Self.number(degrees)) \(Self.number(x)) \(Self.number(y)))\""
        let weight = isBold ? " font-weight=\"bold\"" : ""
        let rim = halo ? " stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\"" : ""
        body.append(
            "<text \(place) text-anchor=\"\(anchor.rawValue)\" font-size=\"\(Self.number(size))\" fill=\"\(color)\""
                + "\(weight)\(rim)\(turn)>\(Self.escaped(text))</text>")
    }

    private static func attributes(_ stroke: Stroke) -> String {
        var text = " stroke=\"\(stroke.color)\" stroke-width=\"\(number(stroke.width))\""
        if stroke.opacity < 1 { text += " stroke-opacity=\"\(number(stroke.opacity))\"" }
        if let dashes = stroke.dashes { text += " stroke-dasharray=\"\(dashes)\"" }
        return text
    }

    /// A number with two decimals at most.
    private static func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e9 else { return "0" }
        let hundredths = Int((value * 100).rounded())
        let rest = abs(hundredths) % 100
        let sign = hundredths < 0 ? "-" : ""
        let whole = "\(sign)\(abs(hundredths) / 100)"
        if rest == 0 { return whole }
        return rest % 10 == 0 ? "\(whole).\(rest / 10)" : "\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.shortened.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
