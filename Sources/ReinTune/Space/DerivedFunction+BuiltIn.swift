import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The functions that are there without being registered. Whole numbers give whole numbers, but for `ratio` and `power`.
extension DerivedFunction {
    static let builtIn: [DerivedFunction] = [
        DerivedFunction("copy", inputCount: 1...1) { inputs, _ throws(StateError) in inputs[0] },
        folding("sum", { $0.addingReportingOverflow($1) }, +),
        folding("product", { $0.multipliedReportingOverflow(by: $1) }, *),
        folding("difference", inputCount: 2...2, { $0.subtractingReportingOverflow($1) }, -),
        folding("minimum", { (min($0, $1), false) }, { min($0, $1) }),
        folding("maximum", { (max($0, $1), false) }, { max($0, $1) }),
        DerivedFunction("ratio", inputCount: 2...2) { inputs, _ throws(StateError) in
            let (dividend, divisor) = (try number(inputs[0]), try number(inputs[1]))
            guard divisor != 0 else { throw StateError(.outOfRange, "\"ratio\" divides by 0") }
            return try finite(dividend / divisor, "ratio")
        },
        DerivedFunction("quotient", inputCount: 2...2) { inputs, _ throws(StateError) in
            let (dividend, divisor) = (try StateReader(inputs[0]).int(), try StateReader(inputs[1]).int())
            guard divisor != 0 else { throw StateError(.outOfRange, "\"quotient\" divides by 0") }
            let (quotient, overflows) = dividend.dividedReportingOverflow(by: divisor)
            guard !overflows else { throw tooLarge("quotient") }
            // Rounded down, also below 0.
            return .int(Int64(dividend % divisor != 0 && (dividend < 0) != (divisor < 0) ? quotient - 1 : quotient))
        },
        DerivedFunction("power", inputCount: 2...2) { inputs, _ throws(StateError) in
            try finite(pow(try number(inputs[0]), try number(inputs[1])), "power")
        },
        DerivedFunction("round", inputCount: 1...1) { inputs, _ throws(StateError) in
            guard let rounded = Int64(exactly: try number(inputs[0]).rounded()) else { throw tooLarge("round") }
            return .int(rounded)
        },
        DerivedFunction("lookup", inputCount: 1...1, parameters: nil) { inputs, table throws(StateError) in
            let key = try lookupKey(inputs[0])
            if let value = table[key] { return value }
            throw StateError(
                .unknownKey,
                unknownName(
                    "\"lookup\" has nothing for \"\(key.shortened)\"", nearest: nearestName(to: key, in: table.keys),
                    rest: "it has \(table.keys.joined(separator: ", "))"))
        },
    ]

    private static func folding(
        _ name: String, inputCount: ClosedRange<Int> = 1...Int.max,
        _ whole: @escaping @Sendable (Int64, Int64) -> (Int64, Bool),
        _ real: @escaping @Sendable (Double, Double) -> Double
    ) -> DerivedFunction {
        DerivedFunction(name, inputCount: inputCount) { inputs, _ throws(StateError) in
            var result = inputs[0]
            if case .int = result {} else { result = .double(try number(result)) }
            for input in inputs.dropFirst() {
                if case .int(let left) = result, case .int(let right) = input {
                    let (value, overflows) = whole(left, right)
                    guard !overflows else { throw tooLarge(name) }
                    result = .int(value)
                } else {
                    result = try finite(real(try number(result), try number(input)), name)
                }
            }
            return result
        }
    }

    private static func number(_ tree: StateTree) throws(StateError) -> Double { try StateReader(tree).double() }

    private static func finite(_ value: Double, _ name: String) throws(StateError) -> StateTree {
        guard value.isFinite else { throw StateError(.outOfRange, "\"\(name)\" gives \(value)") }
        return .double(value)
    }

    private static func tooLarge(_ name: String) -> StateError {
        StateError(.outOfRange, "\"\(name)\" gives a whole number beyond 2^63")
    }

    private static func lookupKey(_ tree: StateTree) throws(StateError) -> String {
        switch tree {
        case .string(let text): return text
        case .int(let number): return String(number)
        case .bool(let value): return value ? "true" : "false"
        default: throw StateError(.wrongType, "\"lookup\" takes a text, an integer or a boolean, not \(tree.summary)")
        }
    }
}
