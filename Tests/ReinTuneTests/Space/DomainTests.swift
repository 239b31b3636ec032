import ReinCheckpoints
import ReinRandom
import ReinTune
import Testing

@Suite struct DomainTests {
    private static let least = Double.leastNonzeroMagnitude

    @Test("domains whose numbers would not be finite are refused") func finite() {
        let limit = Double.greatestFiniteMagnitude
        #expect(throws: StateError.self) { try RealDomain(from: -limit, to: limit) }
        #expect(throws: StateError.self) { try RealDomain(from: -limit, to: limit, step: 1) }
        #expect(throws: StateError.self) { try NormalDomain(mean: limit, deviation: limit) }
        #expect(throws: StateError.self) { try NormalDomain(mean: 1e300, deviation: 1, step: 1e-300) }
        #expect(throws: StateError.self) { try CategoryDomain([1, 2], weights: [limit, limit]) }
    }

    @Test(
        "the ends of what is possible are drawn from",
        arguments: [
            Domain.uniform(0...Double.greatestFiniteMagnitude), .logUniform(least...Double.greatestFiniteMagnitude),
            .uniform(-1e307...1e307), .uniform(0...least), .integers(-(1 << 53)...1 << 53), .logIntegers(1...1 << 53),
            .integers(3...3), .logIntegers(3...3), .normal(mean: 1e307, deviation: 1e306), .normal(deviation: least),
            .uniform(0...999_999_999, step: 1), .choice([1, 2], weights: [1e308, least]),
        ])
    func ends(_ domain: Domain) {
        var random = RandomStream(seed: 1, name: "ends")
        for _ in 0..<1000 { #expect(domain.contains(domain.sample(using: &random))) }
    }

    @Test("what is nearest belongs to the domain, also to what is no number") func nearest() throws {
        let values: [Double] = [.nan, .infinity, -.infinity, -1, 0, 0.3, 0.35, 7, 1e300]
        for domain in [
            try RealDomain(from: 0.1, to: 0.9, step: 0.2), try RealDomain(from: 0.1, to: 0.9),
            try RealDomain(from: 0.1, to: 0.9, scale: .logarithmic),
        ] {
            for value in values { #expect(domain.contains(domain.nearest(to: value))) }
        }
        let whole = try IntegerDomain(from: -3, to: 9, step: 3)
        for value in values { #expect(whole.contains(whole.nearest(to: value))) }
        #expect(try RealDomain(from: 0.1, to: 0.9, step: 0.2).nearest(to: 0.35) == 0.1 + 0.2)
        #expect(whole.nearest(to: 4.4) == 3 && whole.nearest(to: 4.6) == 6)
    }
}
