/// The colours of trials, from the worst to the best.
enum ScoreColor {
    /// The colour of the best trial.
    static let best = "#d6371e"
    /// The colour of what has no number.
    static let none = "#b8b8b8"
    private static let stops: [(red: Double, green: Double, blue: Double)] = [
        (201, 219, 236), (128, 182, 217), (62, 132, 184), (20, 78, 140), (8, 38, 88),
    ]

    /// The colour of a share of the way from the worst, 0, to the best, 1.
    static func color(_ share: Double) -> String {
        let place = min(max(share.isNaN ? 0 : share, 0), 1) * Double(stops.count - 1)
        let index = min(Int(place), stops.count - 2)
        let rest = place - Double(index)
        let (from, to) = (stops[index], stops[index + 1])
        func digits(_ from: Double, _ to: Double) -> String {
            let text = String(Int((from + (to - from) * rest).rounded()), radix: 16)
            return text.utf8.count == 1 ? "0\(text)" : text
        }
        return "#\(digits(from.red, to.red))\(digits(from.green, to.green))\(digits(from.blue, to.blue))"
    }
}
