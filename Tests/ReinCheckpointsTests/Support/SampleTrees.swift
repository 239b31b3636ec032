import ReinCheckpoints

/// Trees that every codec must hold.
enum SampleTrees {
    static let all: [StateTree] = {
        var all = leaves + containers
        all += tensors.map { .tensor($0) }
        return all + [everything, policy]
    }()

    static let leaves: [StateTree] = {
        var leaves: [StateTree] = [nil, true, false, "", "text", "nd", "$tensor"]
        leaves += ["é e\u{301} 😀 \u{0}\u{1f}\u{7f} \"\\/", .string(String(repeating: "long ", count: 20_000))]
        leaves += [.bytes([]), .bytes([0]), .bytes(Array(0...255))]
        leaves += integers.map { .int($0) }
        leaves += doubles.map { .double($0) }
        return leaves
    }()

    static let integers: [Int64] = [
        0, 1, -1, 31, 32, -32, -33, 127, 128, -128, -129, 255, 256, 32767, 32768, -32768, -32769, 65535, 65536,
        2_147_483_647, 2_147_483_648, -2_147_483_648, -2_147_483_649, 4_294_967_295, 4_294_967_296, .max, .min,
    ]

    static let doubles: [Double] = [
        0, -0.0, 1, -1.5, 0.1, 1e300, 1e16, 123_456_789_012_345_680, 1.0 / 3.0, .pi, .infinity, -.infinity, .nan,
        .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude,
        .signalingNaN, -.nan, Double(bitPattern: 0x000f_ffff_ffff_ffff), (1.0).nextUp, (1.0).nextDown,
    ]

    static let containers: [StateTree] = [
        [], [:], [[]], [[:]], ["a": [:]], ["": nil], ["": ["": [1]]], ["z": 1, "a": 2, "m": 3], ["0": 1, "1": 2],
        ["a/b": 1, "a~b": 2, "~0": 3, "~1": 4, "$": 5, "$$": 6, "$bytes": 7, "$\u{301}": 8, "\u{301}": 9],
        ["$tensor": true], ["$bytes": "AA=="], ["$double": "nan"], ["$$tensor": true], ["__metadata__": [:]],
        .list((0..<20).map { .int($0) }), nested(StateTree.maximumDepth), ["\r\n": "\r\n"],
        .map(StateMap(uniqueEntries: (0..<20).map { ("key \($0)", .int($0)) })),
    ]

    /// Containers whose counts take four bytes.
    static let giants: [StateTree] = [
        .list([StateTree](repeating: true, count: 66_000)),
        .map(StateMap(uniqueEntries: (0..<66_000).map { ("\($0)", nil) })),
    ]

    static let tensors: [StateTensor] = {
        let shapes: [[Int]] = [[], [0], [3], [2, 3], [0, 5], [1, 1, 1, 1, 1, 1, 1, 1]]
        var tensors = [StateTensor([.nan, -0.0, .infinity, .leastNonzeroMagnitude] as [Float], shape: [2, 2])]
        for type in StateTensor.ElementType.allCases { tensors += shapes.map { tensor(type, $0) } }
        return tensors
    }()

    /// A tensor with bytes that count up.
    static func tensor(_ type: StateTensor.ElementType, _ shape: [Int]) -> StateTensor {
        let count = shape.reduce(type.size, *)
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7 + shape.count) }
        do {
            return try StateTensor(elementType: type, shape: shape, bytes: StateBytes(bytes))
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// Lists and maps in turn, one inside the other.
    static func nested(_ depth: Int) -> StateTree {
        (0..<depth).reduce(StateTree.tensor(tensor(.float32, [1]))) { $1 % 2 == 0 ? [$0] : ["k": $0] }
    }

    static let everything: StateTree = [
        "leaves": .list(leaves), "containers": .list(containers.filter { $0 != nested(StateTree.maximumDepth) }),
        "tensors": .list(tensors.map { .tensor($0) }),
        "__metadata__": .tensor(tensor(.uint8, [3])), "~__metadata__": .tensor(tensor(.uint8, [4])),
        "x/y": .tensor(tensor(.int16, [2])), "x": ["y": .tensor(tensor(.int16, [3]))],
        "x~1y": .tensor(tensor(.int16, [1])),
    ]

    /// What a small policy looks like.
    static let policy: StateTree = [
        "version": 1,
        "network": [
            "architecture": ["hidden": [2], "activation": "tanh"],
            "parameters": [
                "0": [
                    "weight": .tensor(StateTensor([1, 2, 3, 4] as [Float], shape: [2, 2])),
                    "bias": .tensor(StateTensor([5, 6] as [Float], shape: [2])),
                ],
                "1": [
                    "weight": .tensor(StateTensor([7, 8] as [Float], shape: [2, 1])),
                    "bias": .tensor(StateTensor([9] as [Float], shape: [1])),
                ],
            ],
        ],
        "normalizer": ["mean": .tensor(StateTensor([0.5, 0.25, 1], shape: [3])), "count": 1e4],
        "stream": [.int(.min), -1], "limit": .double(.infinity), "tag": .bytes([1, 2, 3]),
    ]
}

/// A small generator with a seed, so that a failure can be repeated.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// A random tree of limited size.
    mutating func tree(depth: Int = 5) -> StateTree {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 7), using: &self) {
        case 0: return nil
        case 1: return .bool(Bool.random(using: &self))
        case 2: return .int(Int64(bitPattern: next() >> UInt64.random(in: 0..<64, using: &self)))
        case 3: return .double(Double(bitPattern: next()))
        case 4: return .string(string())
        case 5: return .bytes((0..<Int.random(in: 0..<40, using: &self)).map { _ in UInt8(truncatingIfNeeded: next()) })
        case 6:
            let shape = (0..<Int.random(in: 0..<4, using: &self)).map { _ in Int.random(in: 0..<4, using: &self) }
            let types = StateTensor.ElementType.allCases
            return .tensor(SampleTrees.tensor(types[Int.random(in: 0..<types.count, using: &self)], shape))
        case 7: return .list((0..<Int.random(in: 0..<6, using: &self)).map { _ in tree(depth: depth - 1) })
        default:
            var map = StateMap()
            for _ in 0..<Int.random(in: 0..<20, using: &self) { map[string()] = tree(depth: depth - 1) }
            return .map(map)
        }
    }

    private mutating func string() -> String {
        let scalars = ["a", "b", "/", "~", "$", "é", "\u{301}", "😀", "\0", "\"", "\\", " ", "0", "_"]
        return (0..<Int.random(in: 0..<6, using: &self)).map { _ in
            scalars[Int.random(in: 0..<scalars.count, using: &self)]
        }.joined()
    }
}

extension CheckpointFormat {
    /// The codec and the other one.
    var other: CheckpointFormat { self == .native ? .msgpack : .native }
}
