/// A fast random stream with a name: the source of every random number in Rein outside Gymnasium's environments.
///
/// A stream is chosen by a run's seed, a name and an index, so each consumer (environment 3, a policy's exploration,
/// a learner's shuffle) has numbers of its own that depend on nobody else's draws and not on the number of threads.
/// The generator is xoshiro256++ (Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", 2021), its
/// words filled by SplitMix64. The whole state is `Codable`, so a restored stream goes on with the same bits.
///
///     var noise = RandomStream(seed: 7, name: "exploration")
///     let action = noise.below(4)
public struct RandomStream: RandomNumberGenerator, Hashable, Sendable, BitwiseCopyable {
    /// What the stream was made from; children are derived from it, not from the draws made so far.
    let key: UInt64
    @usableFromInline var word0: UInt64
    @usableFromInline var word1: UInt64
    @usableFromInline var word2: UInt64
    @usableFromInline var word3: UInt64
    /// The second value of the last pair of normal draws, until it is asked for.
    @usableFromInline var cachedNormal: Float?

    /// Creates the stream that belongs to a seed, a name and an index.
    public init(seed: UInt64, name: String, index: Int = 0) {
        self.init(key: Self.derive(Self.absorb(0, seed), name: name, index: index))
    }

    init(key: UInt64) {
        self.key = key
        var counter = key
        word0 = Self.nextWord(&counter)
        word1 = Self.nextWord(&counter)
        word2 = Self.nextWord(&counter)
        word3 = Self.nextWord(&counter)
    }

    /// Returns a child stream, fixed by this stream's origin, the name and the index.
    ///
    /// The draws already made from this stream make no difference, and it does not advance.
    public func stream(_ name: String, index: Int = 0) -> RandomStream {
        RandomStream(key: Self.derive(key, name: name, index: index))
    }

    /// Returns the next 64 random bits.
    @inlinable public mutating func next() -> UInt64 {
        let sum = word0 &+ word3
        let result = (sum &<< 23 | sum &>> 41) &+ word0
        let shifted = word1 &<< 17
        word2 ^= word0
        word3 ^= word1
        word1 ^= word2
        word0 ^= word3
        word2 ^= shifted
        word3 = word3 &<< 45 | word3 &>> 19
        return result
    }

    /// Returns a number uniform in `[0, 1)`, a multiple of 2⁻⁵³.
    @inlinable public mutating func nextDouble() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Returns a number uniform in `[0, 1)`, a multiple of 2⁻²⁴.
    @inlinable public mutating func nextFloat() -> Float {
        Float(next() >> 40) * 0x1p-24
    }

    /// Returns an integer uniform in `0..<bound`, without bias (Lemire, "Fast Random Integer Generation in an
    /// Interval", 2019).
    @inlinable public mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "below(_:) needs a positive bound")
        let range = UInt64(bound)
        var product = next().multipliedFullWidth(by: range)
        if product.low < range {
            let threshold = (0 &- range) % range
            while product.low < threshold { product = next().multipliedFullWidth(by: range) }
        }
        return Int(product.high)
    }

    /// Returns a draw from the standard normal distribution.
    ///
    /// Normal numbers are made in pairs; the second waits for the next call and is part of the state.
    @inlinable public mutating func nextNormal() -> Float {
        if let cached = cachedNormal {
            cachedNormal = nil
            return cached
        }
        return nextNormalPair()
    }

    /// Puts the elements into a random order, all orders being equally likely (Fisher and Yates).
    @inlinable public mutating func shuffle(_ elements: UnsafeMutableBufferPointer<Int32>) {
        guard elements.count > 1 else { return }
        for last in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(last, below(last + 1))
        }
    }
}

/// How a stream's key is made.
extension RandomStream {
    private static func derive(_ key: UInt64, name: String, index: Int) -> UInt64 {
        var result = key
        for byte in name.utf8 { result = absorb(result, UInt64(byte)) }
        result = absorb(result, UInt64(name.utf8.count) | 1 << 32)
        return absorb(result, UInt64(bitPattern: Int64(index)))
    }

    /// The next word of SplitMix64.
    private static func nextWord(_ counter: inout UInt64) -> UInt64 {
        counter &+= 0x9e37_79b9_7f4a_7c15
        return scramble(counter)
    }

    /// Mixes a word into a key: one to one in the word for a given key, and in the key for a given word.
    private static func absorb(_ key: UInt64, _ word: UInt64) -> UInt64 {
        scramble(scramble(key &+ 0x9e37_79b9_7f4a_7c15) ^ word)
    }

    /// The output function of SplitMix64 (Steele, Lea and Flood, 2014), with Stafford's constants.
    private static func scramble(_ word: UInt64) -> UInt64 {
        var value = word
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}
