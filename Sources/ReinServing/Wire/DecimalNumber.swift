#if Serving
/// A number as JSON writes it: `±digits · 10^exponent`, and further digits if it is not exact.
struct DecimalNumber {
    /// Whether it begins with a minus.
    var isNegative = false
    /// The leading digits, as many as fit.
    var digits: UInt64 = 0
    /// The power of ten that the leading digits are to be multiplied with; out of reach of any number beyond ±1,000,000.
    var exponent = 0
    /// Whether all further digits are 0.
    var isExact = true
    /// Where it begins in the text.
    var start = 0
    /// Where it ends in the text.
    var end = 0

    /// The number without its sign; nil when it is not whole, or larger than 64 bits hold.
    var wholeMagnitude: UInt64? {
        // Where digits other than 0 have found no room, the number has a fraction or is too large.
        guard isExact else { return nil }
        if exponent == 0 || digits == 0 { return digits }
        var magnitude = digits
        var exponent = exponent
        while exponent < 0 {
            let (quotient, remainder) = magnitude.quotientAndRemainder(dividingBy: 10)
            guard remainder == 0 else { return nil }
            magnitude = quotient
            exponent += 1
        }
        while exponent > 0 {
            let (product, overflows) = magnitude.multipliedReportingOverflow(by: 10)
            guard !overflows else { return nil }
            magnitude = product
            exponent -= 1
        }
        return magnitude
    }
}

extension FixedWidthInteger {
    /// The whole number that a decimal number is; nil when it is none of this type.
    init?(_ number: DecimalNumber) {
        guard let magnitude = number.wholeMagnitude else { return nil }
        if number.isNegative {
            guard magnitude <= 1 << 63 else { return nil }
            self.init(exactly: Int64(bitPattern: 0 &- magnitude))
        } else {
            self.init(exactly: magnitude)
        }
    }
}

extension JSONScanner {
    /// Moves on past the number at the position.
    mutating func number() throws(ServingError) -> DecimalNumber {
        var number = DecimalNumber(start: position)
        number.isNegative = take(UInt8(ascii: "-"))
        let first = position
        takeDigits(of: &number, isFraction: false)
        if position == first {
            position = number.start
            throw unexpected("a number")
        }
        if bytes[first] == UInt8(ascii: "0"), position > first + 1 {
            throw error("a number begins with 0", at: number.start)
        }
        if take(UInt8(ascii: ".")) {
            let first = position
            takeDigits(of: &number, isFraction: true)
            if position == first { throw unexpected("a digit after the point") }
        }
        if byte | 0x20 == UInt8(ascii: "e") { try takeExponent(of: &number) }
        number.end = position
        if number.end - number.start > limits.numberLength {
            throw error("a number of more than \(limits.numberLength) characters", at: number.start)
        }
        return number
    }

    @inline(__always)
    private mutating func takeDigits(of number: inout DecimalNumber, isFraction: Bool) {
        while position < bytes.count {
            let digit = UInt64(bytes[position] &- UInt8(ascii: "0"))
            guard digit < 10 else { return }
            position += 1
            // Below this, any digit finds room.
            if number.digits < UInt64.max / 10 {
                number.digits = number.digits &* 10 &+ digit
                if isFraction { number.exponent -= 1 }
            } else {
                takeLate(digit, of: &number, isFraction: isFraction)
            }
        }
    }

    /// Takes a digit that may find no room. None finds room after one that did not, unless that one was not 0, and then
    /// nobody looks at the leading digits any more.
    private func takeLate(_ digit: UInt64, of number: inout DecimalNumber, isFraction: Bool) {
        let (product, overflows) = number.digits.multipliedReportingOverflow(by: 10)
        let (sum, carries) = product.addingReportingOverflow(digit)
        if overflows || carries {
            if digit != 0 { number.isExact = false }
            if !isFraction { number.exponent += 1 }
        } else {
            number.digits = sum
            if isFraction { number.exponent -= 1 }
        }
    }

    private mutating func takeExponent(of number: inout DecimalNumber) throws(ServingError) {
        position += 1
        let isNegative = take(UInt8(ascii: "-"))
        if !isNegative { _ = take(UInt8(ascii: "+")) }
        let first = position
        var exponent = 0
        while position < bytes.count {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            if exponent < 1_000_000 { exponent = exponent * 10 + Int(digit) }
            position += 1
        }
        if position == first { throw unexpected("a digit of the exponent") }
        number.exponent += isNegative ? -exponent : exponent
    }
}
#endif
