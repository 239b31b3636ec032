/// The parts of an action mask, each of which must leave a valid choice: one for a discrete action, one for each
/// component of a multi-discrete one, and none without a mask.
public struct MaskParts: Sendable, Hashable {
    /// The number of entries of each part.
    public let counts: [Int]
    /// The number of entries of a mask.
    public let width: Int

    @usableFromInline init(_ counts: [Int]) {
        self.counts = counts
        width = counts.reduce(0, +)
    }

    /// What is wrong with a mask of which a part has no valid choice, so that no action could be taken, and none be
    /// learnt from; nil when there is nothing.
    ///
    /// - Parameter mask: `[width]`.
    public func fault(of mask: UnsafePointer<Bool>) -> EnvironmentFault.Quantity? {
        var base = 0
        for (component, count) in counts.enumerated() {
            var entry = base
            base &+= count
            while entry < base, !mask[entry] { entry &+= 1 }
            if entry == base { return .mask(component: counts.count == 1 ? nil : component) }
        }
        return nil
    }

    /// The first of some masks with which something is wrong, and what; nil when there is none.
    ///
    /// - Parameters:
    ///   - masks: `[rows, width]`.
    ///   - rows: the number of masks.
    public func firstFault(
        of masks: UnsafePointer<Bool>, rows: Int
    ) -> (row: Int, quantity: EnvironmentFault.Quantity)? {
        guard width > 0 else { return nil }
        for row in 0..<rows {
            if let quantity = fault(of: masks + row &* width) { return (row, quantity) }
        }
        return nil
    }
}
