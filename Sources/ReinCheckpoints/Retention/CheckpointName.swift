/// The names of checkpoints that are counted: `checkpoint_000000`, `checkpoint_000001` ...
package enum CheckpointName {
    private static let prefix = "checkpoint_"

    /// The name of a checkpoint; six digits, more where they do not suffice.
    @inline(never)
    package static func name(_ index: Int) -> String {
        let digits = String(index)
        return prefix + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    /// The index in a name such as `checkpoint_000012`, or nil for other names: those with more zeros than `name` writes,
    /// and numbers that nobody comes to, which cannot be counted on from.
    package static func index(in name: String) -> Int? {
        guard name.hasPrefix(prefix) else { return nil }
        let digits = name.dropFirst(prefix.count)
        guard (6...15).contains(digits.count), digits.count == 6 || digits.first != "0",
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return digits.wholeNumber
    }
}
