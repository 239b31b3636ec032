/// Numbers as C and C++ read them.
///
/// They are decimal, with the fewest digits that a compiler reads back to the very same bits. Hexadecimal ones are no
/// part of C++11: g++ does not even take `0x1p-3f` apart into words before C++17.
enum CNumber {
    /// A number of single precision: `0.1f`.
    static func text(_ value: Float) -> String {
        if value.isNaN { return "NAN" }
        if value.isInfinite { return value < 0 ? "-INFINITY" : "INFINITY" }
        return "\(value)f"
    }

    /// A number of double precision: `0.1`.
    static func text(_ value: Double) -> String {
        if value.isNaN { return "NAN" }
        if value.isInfinite { return value < 0 ? "-INFINITY" : "INFINITY" }
        return "\(value)"
    }

    /// An integer of 32 bits. The smallest has no text of its own, since a minus sign is no part of C's numbers.
    static func text(_ value: Int) -> String { value == Int(Int32.min) ? "-2147483647 - 1" : "\(value)" }
}
