import Foundation
import ReinNumerics
import Testing

/// NumPy's generator beside numbers recorded from NumPy 2.4.6.
@Suite struct NumPyRandomTests {
    struct Sample: Sendable {
        let seed: UInt64
        /// `default_rng(seed).bit_generator.random_raw(4)`.
        let words: [UInt64]
        /// `default_rng(seed).random(4)`, then `uniform(-0.05, 0.05)` of the same generator.
        let doubles: [Double]
        let uniform: Double
    }

    @Test("Words and doubles are NumPy's", arguments: samples)
    func draws(sample: Sample) {
        var words = NumPyRandom(seed: sample.seed)
        #expect((0..<4).map { _ in words.next() } == sample.words)
        var doubles = NumPyRandom(seed: sample.seed)
        #expect((0..<4).map { _ in doubles.nextDouble() } == sample.doubles)
        #expect(doubles.uniform(-0.05, 0.05) == sample.uniform)
    }

    @Test(
        "Seeds longer than 64 bits are NumPy's as well",
        arguments: [
            // 2⁶⁴, 2¹⁰⁰ + 12345, 2¹³⁰ + 7, 3¹⁰⁰
            ([0, 0, 1], [8_286_993_518_594_409_552, 7_213_445_024_538_350_215]),
            ([12345, 0, 0, 16], [3_496_373_735_757_741_504, 2_652_134_976_486_344_139]),
            ([7, 0, 0, 0, 4], [15_828_635_904_473_704_460, 10_556_389_509_284_139_321]),
            (
                [3_476_558_801, 3_600_055_637, 1_531_049_845, 1_731_684_438, 1_514_558_410],
                [525_389_985_611_741_064, 8_754_601_407_723_066_172]
            ),
        ] as [([UInt32], [UInt64])])
    func longSeeds(digits: [UInt32], words: [UInt64]) {
        var random = NumPyRandom(entropy: digits)
        #expect([random.next(), random.next()] == words)
    }

    @Test("A seed is the same as its digits", arguments: [0, 1, 1 << 32 - 1, 1 << 32, .max] as [UInt64])
    func digits(seed: UInt64) {
        let digits =
            seed == 0 ? [] : seed >> 32 == 0 ? [UInt32(seed)] : [UInt32(seed & 0xffff_ffff), UInt32(seed >> 32)]
        #expect(NumPyRandom(entropy: digits) == NumPyRandom(seed: seed))
    }

    @Test("A stored generator goes on with the same numbers")
    func storage() throws {
        var random = NumPyRandom(seed: .max)
        for _ in 0..<100 { _ = random.next() }
        var restored = try JSONDecoder().decode(NumPyRandom.self, from: JSONEncoder().encode(random))
        #expect(restored == random)
        for _ in 0..<100 { #expect(restored.next() == random.next()) }
    }

    @Test("An even increment, which no generator has, is refused")
    func evenIncrement() {
        let json = #"{"stateHigh": 1, "stateLow": 1, "incrementHigh": 1, "incrementLow": 2}"#
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(NumPyRandom.self, from: Data(json.utf8)) }
    }

    static let samples = [
        Sample(
            seed: 0,
            words: [11749869230777074271, 4976686463289251617, 755828109848996024, 304881062738325533],
            doubles: [0.6369616873214543, 0.2697867137638703, 0.04097352393619469, 0.016527635528529094],
            uniform: 0.031327023920027244),
        Sample(
            seed: 1,
            words: [9441442522235856127, 17532960557476522086, 2659275481604167885, 17499493567006797778],
            doubles: [0.5118216247002567, 0.9504636963259353, 0.14415961271963373, 0.9486494471372439],
            uniform: -0.018816854798951455),
        Sample(
            seed: 42,
            words: [14276969152011380360, 8095878257575067585, 15838336090824644132, 12864169557245331597],
            doubles: [0.7739560485559633, 0.4388784397520523, 0.8585979199113825, 0.6973680290593639],
            uniform: -0.04058226521123505),
        Sample(
            seed: 1 << 31,
            words: [16654982734585328609, 1016930531682391092, 17832992760477840577, 1697924427242194829],
            doubles: [0.902868423177299, 0.05512791458584432, 0.9667284746414173, 0.09204466763660957],
            uniform: -0.008561892044222585),
        Sample(
            seed: 1 << 32 - 1,
            words: [4647538520743280031, 4041050679407036418, 5299467714154781845, 11418189674231792917],
            doubles: [0.2519435680449965, 0.21906579628685663, 0.28728472043517017, 0.6189813025326831],
            uniform: 0.04350122911173898),
        Sample(
            seed: 1 << 32,
            words: [16412783775159424549, 10277383025879800780, 14774146505460541886, 17644565593934502278],
            doubles: [0.8897387912781343, 0.5571380502062263, 0.8009080868919721, 0.9565138174753386],
            uniform: -0.044138483985064564),
        Sample(
            seed: 1 << 32 + 1,
            words: [6121965077920697375, 11287488425574791786, 9364169760491853560, 2883192456884352549],
            doubles: [0.33187239186810047, 0.6118959736456587, 0.5076326598924166, 0.15629817627239162],
            uniform: 0.030403172245551627),
        Sample(
            seed: 123_456_789_012_345_678,
            words: [498569118454531373, 15057867900059626700, 11094240267628994210, 18144548826146335852],
            doubles: [0.027027486068129214, 0.8162886545122193, 0.6014199700119759, 0.9836179628038583],
            uniform: -0.042233694707906326),
        Sample(
            seed: 1 << 63,
            words: [14966662106195590397, 11002609137656754616, 16016552983271648765, 7842186852807081995],
            doubles: [0.8113443785196867, 0.5964526365028158, 0.8682590770096154, 0.42512580114253495],
            uniform: -0.02505021132269767),
        Sample(
            seed: .max,
            words: [12544278110101001871, 15593249672699323225, 136562751618339402, 16501869284920798641],
            doubles: [0.6800266789616931, 0.8453117585624743, 0.007403081599260064, 0.8945681264391473],
            uniform: -0.03710347654752584),
    ]
}
