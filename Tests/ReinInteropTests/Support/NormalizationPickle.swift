/// Pickles of `VecNormalize`, written by hand.
enum NormalizationPickle {
    /// A file with statistics of two numbers, with some attributes replaced.
    static func bytes(_ changes: [String: [UInt8]] = [:]) -> [UInt8] {
        let attributes: [(String, [UInt8])] = [
            ("norm_obs", [0x88]), ("norm_reward", [0x88]), ("epsilon", double(1e-8)), ("clip_obs", double(10)),
            ("clip_reward", double(10)), ("obs_rms", statistics(mean: [101_325, 0.5], variance: [900, 4])),
            ("ret_rms", statistics(mean: [0], variance: [1])),
        ]
        return object(
            "stable_baselines3.common.vec_env.vec_normalize", "VecNormalize",
            attributes.map { ($0, changes[$0] ?? $1) }) + PickleBytes.stop
    }

    /// A `RunningMeanStd`.
    static func statistics(
        mean: [Double], variance: [Double], count: Double = 100.0001, elementType: String = "f8"
    ) -> [UInt8] {
        object(
            "stable_baselines3.common.running_mean_std", "RunningMeanStd",
            [("mean", array(mean, elementType)), ("var", array(variance, elementType)), ("count", double(count))])
    }

    static func double(_ number: Double) -> [UInt8] {
        [0x47] + (0..<8).map { UInt8(truncatingIfNeeded: number.bitPattern >> (56 - 8 * $0)) }
    }

    private static func object(_ module: String, _ name: String, _ attributes: [(String, [UInt8])]) -> [UInt8] {
        PickleBytes.global(module, name) + PickleBytes.emptyTuple + PickleBytes.reduce + PickleBytes.emptyDictionary
            + PickleBytes.mark + attributes.flatMap { PickleBytes.text($0) + $1 } + [0x75] + PickleBytes.build
    }

    /// An array of doubles, or of the upper quarters of their bytes for 16-bit floats.
    private static func array(_ numbers: [Double], _ elementType: String) -> [UInt8] {
        let width = elementType == "f2" ? 2 : 8
        let bytes = numbers.flatMap { $0.bitPattern.littleEndianBytes.suffix(width) }
        let type =
            PickleBytes.global("numpy", "dtype") + PickleBytes.tuple([PickleBytes.text(elementType)])
            + PickleBytes.reduce + PickleBytes.tuple([PickleBytes.integer(3), PickleBytes.text("<")])
            + PickleBytes.build
        return PickleBytes.global("numpy._core.numeric", "_frombuffer")
            + PickleBytes.tuple([
                [0x43, UInt8(bytes.count)] + bytes, type,
                PickleBytes.tuple([PickleBytes.integer(Int64(numbers.count))]), PickleBytes.text("C"),
            ]) + PickleBytes.reduce
    }
}

extension UInt64 {
    /// The bytes, the lowest one first.
    fileprivate var littleEndianBytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> (8 * $0)) } }
}
