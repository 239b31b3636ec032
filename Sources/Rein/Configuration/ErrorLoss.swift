/// The loss of the error of a value, the difference between a value and its target.
public enum ErrorLoss: String, Sendable, Hashable, Codable, CaseIterable {
    /// ½ x² up to an error of 1, |x| − ½ beyond (δ = 1).
    case huber
    /// ½ x².
    case squared

    /// The loss of an error, and its derivative.
    func evaluate(_ error: Float) -> (loss: Float, slope: Float) {
        let size = abs(error)
        if self == .huber, size > 1 { return (size - 0.5, error < 0 ? -1 : 1) }
        return (0.5 * error * error, error)
    }
}
