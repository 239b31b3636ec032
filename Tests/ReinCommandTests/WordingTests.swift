import Testing

@testable import ReinCommand

@Suite("Words and numbers")
struct WordingTests {
    @Test(
        "Integers are grouped",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"),
            (Int.min, "-9,223,372,036,854,775,808"),
        ])
    func grouped(_ value: Int, _ text: String) { #expect(Wording.grouped(value) == text) }

    @Test(
        "Decimals are rounded",
        arguments: [
            (0.05, 1, "0.1"), (-0.04, 1, "0.0"), (475, 1, "475.0"), (1.005, 3, "1.005"), (99.96, 1, "100.0"),
            (2.5, 0, "3"),
            (.infinity, 1, "inf"), (.nan, 1, "nan"), (-123.456, 2, "-123.46"),
        ])
    func decimal(_ value: Double, _ places: Int, _ text: String) { #expect(Wording.decimal(value, places) == text) }

    @Test(
        "Durations are as on a clock",
        arguments: [
            (0, "0:00"), (4.2, "0:05"), (60, "1:00"), (3725, "1:02:05"), (.infinity, "?"),
        ])
    func clock(_ seconds: Double, _ text: String) { #expect(Wording.clock(seconds) == text) }
}
