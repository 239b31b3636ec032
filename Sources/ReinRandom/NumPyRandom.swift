/// A generator that draws the same numbers as NumPy's `numpy.random.default_rng(seed)`.
///
/// The seed passes through NumPy's `SeedSequence` into a PCG64 generator (XSL-RR 128/64; O'Neill, "PCG: A Family of
/// Simple Fast Space-Efficient Statistically Good Algorithms for Random Number Generation", 2014). Environments that
/// must start where Gymnasium's start use it; everything else uses ``RandomStream``.
public struct NumPyRandom: RandomNumberGenerator, Hashable, Sendable {
    /// The 128-bit state of the congruential generator.
    @usableFromInline var state: UInt128
    /// The odd 128-bit increment, which chooses the sequence.
    @usableFromInline let increment: UInt128

    /// Creates the generator that `default_rng(seed)` creates.
    public init(seed: UInt64) {
        self.init(SeedSequence(low: UInt32(truncatingIfNeeded: seed), high: UInt32(truncatingIfNeeded: seed >> 32)))
    }

    /// Creates the generator that `default_rng(seed)` creates for a non-negative integer of any length.
    ///
    /// `entropy` holds the integer's 32-bit digits, least significant first, without leading zero digits.
    public init(entropy: [UInt32]) {
        self.init(SeedSequence(digits: entropy))
    }

    init(_ sequence: SeedSequence) {
        let words = sequence.words
        increment = (UInt128(words[2]) << 64 | UInt128(words[3])) << 1 | 1
        state = increment  // The first step from the state zero.
        state &+= UInt128(words[0]) << 64 | UInt128(words[1])
        advance()
    }

    @inlinable mutating func advance() {
        state = state &* (2_549_297_995_355_413_924 << 64 | 4_865_540_595_714_422_341) &+ increment
    }

    /// Returns the next 64 random bits.
    @inlinable public mutating func next() -> UInt64 {
        advance()
        let folded = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
        let rotation = UInt64(truncatingIfNeeded: state >> 122)
        return folded &>> rotation | folded &<< (0 &- rotation)
    }

    /// Returns a number uniform in `[0, 1)`, a multiple of 2⁻⁵³: NumPy's `random()`.
    @inlinable public mutating func nextDouble() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Returns a number uniform in `[low, high)`: NumPy's `uniform(low, high)`.
    @inlinable public mutating func uniform(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * nextDouble()
    }
}

/// Codable conformance: the state and the increment, each as two 64-bit words.
extension NumPyRandom: Codable {
    enum CodingKeys: String, CodingKey {
        case stateHigh, stateLow, incrementHigh, incrementLow
    }

    /// Reads the words that `encode(to:)` wrote.
    ///
    /// - Throws: `DecodingError` when a word is missing or the increment is even.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func word(_ key: CodingKeys) throws -> UInt128 { UInt128(try container.decode(UInt64.self, forKey: key)) }
        state = try word(.stateHigh) << 64 | word(.stateLow)
        increment = try word(.incrementHigh) << 64 | word(.incrementLow)
        guard increment & 1 == 1 else {
            throw DecodingError.dataCorruptedError(
                forKey: .incrementLow, in: container, debugDescription: "the increment of PCG64 must be odd")
        }
    }

    /// Writes the whole state as four 64-bit words.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(UInt64(truncatingIfNeeded: state >> 64), forKey: .stateHigh)
        try container.encode(UInt64(truncatingIfNeeded: state), forKey: .stateLow)
        try container.encode(UInt64(truncatingIfNeeded: increment >> 64), forKey: .incrementHigh)
        try container.encode(UInt64(truncatingIfNeeded: increment), forKey: .incrementLow)
    }
}
