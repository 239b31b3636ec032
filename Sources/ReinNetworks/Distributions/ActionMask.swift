public import ReinNumerics

/// Action masks in the arithmetic of logits and values: an invalid action has the probability 0, no part in the
/// entropy and no gradient, in collection and in learning alike (Huang and Ontañón 2020, arXiv 2006.14171).
///
/// A mask has an entry for each action, or for each choice of every component; `true` is valid.
public enum ActionMask {
    /// The logit of an invalid action. Beside any other logit its exponential is exactly 0; and since it is finite,
    /// so are its log-probability and the product of both, which is 0.
    public static let logit: Float = -1e9

    /// Copies logits and gives invalid actions theirs.
    ///
    /// - Parameters:
    ///   - mask: `[count]`.
    ///   - logits: `[count]`, of any number of rows.
    ///   - count: the number of actions.
    ///   - result: receives `[count]`; may be `logits`.
    public static func apply(
        _ mask: UnsafePointer<Bool>, to logits: UnsafePointer<Float>, count: Int,
        into result: UnsafeMutablePointer<Float>
    ) {
        for index in 0..<count { result[index] = mask[index] ? logits[index] : logit }
    }

    /// The entries of a mask from one on; nil where there is no mask.
    @inline(__always) static func rest(of mask: UnsafePointer<Bool>?, from first: Int) -> UnsafePointer<Bool>? {
        guard let mask else { return nil }
        return mask + first
    }

    /// The valid action of largest value, the first one when several are equal; 0 when no action is valid. Values that
    /// are not numbers never make an invalid action the best.
    @inlinable public static func best(
        of values: UnsafePointer<Float>, mask: UnsafePointer<Bool>, count: Int
    ) -> Int {
        var best = -1
        for action in 0..<count where mask[action] && (best < 0 || values[action] > values[best]) { best = action }
        return max(best, 0)
    }

    /// A valid action, all of them being equally likely; 0 when no action is valid.
    ///
    /// - Parameters:
    ///   - mask: which actions are valid, `[count]`; all when nil, which takes the same draw as a mask of all.
    ///   - count: the number of actions.
    ///   - random: the stream to draw from.
    public static func uniform(
        mask: UnsafePointer<Bool>?, count: Int, using random: inout RandomStream
    ) -> Int {
        guard let mask else { return random.below(count) }
        var valid = 0
        for action in 0..<count where mask[action] { valid += 1 }
        guard valid > 0 else { return 0 }
        var rest = random.below(valid)
        for action in 0..<count where mask[action] {
            if rest == 0 { return action }
            rest -= 1
        }
        return 0
    }
}
