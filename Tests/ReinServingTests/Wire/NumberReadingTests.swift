#if Serving
import ReinServing
import Testing

@Suite("Numbers in JSON")
struct NumberReadingTests {
    private func floats(_ texts: [String]) throws -> [Float] {
        try read(request("FP32", "[\(texts.count)]", "[\(texts.joined(separator: ","))]")).request.inputs[0]
            .elements(Float.self)
    }

    private func doubles(_ texts: [String]) throws -> [Double] {
        try read(request("FP64", "[\(texts.count)]", "[\(texts.joined(separator: ","))]")).request.inputs[0]
            .elements(Double.self)
    }

    @Test("Every number of single precision is read back from its text, and from that of the double")
    func singlePrecision() throws {
        var numbers = FixedNumbers()
        let values = (0..<4_000).map { _ in Float(bitPattern: UInt32.random(in: 0 ... .max, using: &numbers)) }
            .filter(\.isFinite)
        #expect(values.count > 3_900)
        #expect(try floats(values.map(\.description)).map(\.bitPattern) == values.map(\.bitPattern))
        #expect(try floats(values.map { Double($0).description }).map(\.bitPattern) == values.map(\.bitPattern))
    }

    @Test("Every number of double precision is read back from its text")
    func doublePrecision() throws {
        var numbers = FixedNumbers()
        let values = (0..<4_000).map { _ in Double(bitPattern: UInt64.random(in: 0 ... .max, using: &numbers)) }
            .filter(\.isFinite)
        #expect(try doubles(values.map(\.description)).map(\.bitPattern) == values.map(\.bitPattern))
        // Ordinary ones, of exponents near 0.
        let ordinary = (0..<4_000).map { _ in Double.random(in: -1_000...1_000, using: &numbers) }
        #expect(try doubles(ordinary.map(\.description)).map(\.bitPattern) == ordinary.map(\.bitPattern))
    }

    @Test("Any digits and exponents are rounded as Swift rounds them")
    func anyDigits() throws {
        var numbers = FixedNumbers()
        var texts: [String] = []
        for index in 0..<6_000 {
            let count = Int.random(in: 1...(index % 3 == 0 ? 40 : 20), using: &numbers)
            var digits = String(Int.random(in: 1...9, using: &numbers))
            for _ in 1..<max(count, 2) { digits += String(Int.random(in: 0...9, using: &numbers)) }
            if index % 2 == 0 { digits.insert(".", at: digits.index(after: digits.startIndex)) }
            let sign = index % 5 == 0 ? "-" : ""
            texts.append("\(sign)\(digits)e\(Int.random(in: -60...(-3), using: &numbers) + index % 2 * 30)")
        }
        let singles = texts.filter { Float($0)!.isFinite }
        #expect(singles.count > 5_500)
        #expect(try floats(singles).map(\.bitPattern) == singles.map { Float($0)!.bitPattern })
        #expect(try doubles(texts).map(\.bitPattern) == texts.map { Double($0)!.bitPattern })
    }

    @Test("Halfway between two numbers the even one is taken, and what lies beside it is not rounded twice")
    func halfway() throws {
        let singles: [(String, Float)] = [
            ("16777217", 16_777_216), ("16777219", 16_777_220), ("16777217.0000000000000000000001", 16_777_218),
            ("16777216.99999999999999999999", 16_777_216), ("16777217.000000001", 16_777_218),
            ("16777217.000000000001", 16_777_218),
            ("16777216.999999999", 16_777_216), ("1677721700e-2", 16_777_216), ("1677721700000000001e-11", 16_777_218),
            ("1.00000017881393432617187499", 1.000_000_1), ("1.000000178813934326171875", 1.000_000_2),
            ("1.00000017881393432617187501", 1.000_000_2), ("1.0000001788139344", 1.000_000_2),
            ("0.500000089406967163085937", 0.500_000_06), ("0.50000008940696716308593750", 0.500_000_1),
            ("3.4028235677973367e38", .infinity), ("3.4028235677973366e38", .greatestFiniteMagnitude),
            ("340282356779733661637539395458142568447", .greatestFiniteMagnitude),
            ("340282346638528859811704183484516925440", .greatestFiniteMagnitude), ("1e-46", 0), ("0.7e-45", 0),
            ("0.71e-45", .leastNonzeroMagnitude), ("-0.0", -0.0), ("0e999999999999999999999", 0),
        ]
        for (text, value) in singles {
            if value.isFinite {
                #expect(try floats([text])[0].bitPattern == value.bitPattern, "\(text)")
            } else {
                #expect(refusal { () throws(ServingError) in try read(request("FP32", "[1]", "[\(text)]")) } != nil)
            }
            #expect(Float(text)?.bitPattern == value.bitPattern, "\(text)")
        }
        for (text, value) in [
            ("9007199254740993", 9_007_199_254_740_992), ("9007199254740993.0000000000001", 9_007_199_254_740_994),
            ("900719925474099300e-2", 9_007_199_254_740_992), ("9007199254740995", 9_007_199_254_740_996),
            ("900719925474099301e-2", 9_007_199_254_740_994),
            ("2.2250738585072011e-308", Double(bitPattern: 0xf_ffff_ffff_ffff)),
            ("4.9406564584124654e-324", .leastNonzeroMagnitude), ("2e-324", 0), ("1e-400", 0),
            ("1.7976931348623157e308", .greatestFiniteMagnitude), ("1e23", 1e23), ("18446744073709551615", 0x1p64),
            ("-123456789012345678e27", -1.234_567_890_123_456_78e44), ("1e-9999999999999999999999", 0),
        ] as [(String, Double)] {
            #expect(try doubles([text])[0].bitPattern == value.bitPattern, "\(text)")
        }
    }

    @Test("A number may have as many characters as the limit says")
    func length() throws {
        let zeros = String(repeating: "0", count: 1_021)
        #expect(try doubles(["1.\(zeros)"]) == [1])
        #expect(try doubles(["1.\(zeros.dropLast())1"]) == [1])
        let message = refusal { () throws(ServingError) in try read(request("FP64", "[1]", "[1.00\(zeros)]")) }
        #expect(message?.contains("a number of more than 1024 characters") == true)
    }
}
#endif
