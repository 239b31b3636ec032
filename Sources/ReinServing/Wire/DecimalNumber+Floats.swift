#if Serving
extension Double {
    /// The number of double precision next to a decimal number; nil when that is infinite.
    init?(_ number: DecimalNumber, in json: borrowing JSONScanner) {
        let magnitude: Double
        if number.isExact, number.digits <= 1 << 53, abs(number.exponent) <= 22 {
            // Both numbers are exact, so that there is one rounding.
            let power = powersOfTen[abs(number.exponent)]
            magnitude = number.exponent < 0 ? Double(number.digits) / power : Double(number.digits) * power
        } else if let rounded = number.rounded(toBits: 53) {
            magnitude = rounded
        } else {
            guard let value = Double(json.text(of: number.start..<number.end)), value.isFinite else { return nil }
            self = value
            return
        }
        self = number.isNegative ? -magnitude : magnitude
    }
}

extension Float {
    /// The number of single precision next to a decimal number, which is not always the one next to the number of double
    /// precision next to it; nil when that is infinite.
    init?(_ number: DecimalNumber, in json: borrowing JSONScanner) {
        let magnitude: Float
        if let value = number.roundedToFloat {
            magnitude = value
        } else if let rounded = number.rounded(toBits: 24) {
            magnitude = Float(rounded)
        } else {
            guard let value = Float(json.text(of: number.start..<number.end)), value.isFinite else { return nil }
            self = value
            return
        }
        guard magnitude.isFinite else { return nil }
        self = number.isNegative ? -magnitude : magnitude
    }
}

extension DecimalNumber {
    /// The number of single precision next to this number without its sign; nil where that takes more care.
    ///
    /// Two roundings to 53 bits leave an error of less than 2 units of the 53rd. Unless a number halfway between two of
    /// single precision is that near, rounding once more to 24 bits gives what rounding at once would have given.
    @inline(__always) fileprivate var roundedToFloat: Float? {
        guard isExact, abs(exponent) <= 22 else { return nil }
        let power = powersOfTen[abs(exponent)]
        let double = exponent < 0 ? Double(digits) / power : Double(digits) * power
        // 53 − 24 bits fall away; the numbers are at least 10^−22 and so have all 24 bits, or 0.
        let rest = Int(double.bitPattern & (1 << 29 - 1))
        return abs(rest - 1 << 28) > 4 ? Float(double) : nil
    }

    /// The number next to this one without its sign that has so many bits, by exact integers; nil when this one is too
    /// far from 1, or has too many digits, for 64 bits to do.
    ///
    ///     digits · 5^exponent · 2^exponent,   or   digits / 5^−exponent · 2^exponent
    fileprivate func rounded(toBits bits: Int) -> Double? {
        guard isExact, abs(exponent) < powersOfFive.count else { return nil }
        if digits == 0 { return 0 }
        let power = powersOfFive[abs(exponent)]
        // The leading bits, what power of two they are to be multiplied with, and whether bits follow them.
        var leading: UInt64
        var scale = exponent
        let hasMore: Bool
        if exponent >= 0 {
            let (high, low) = digits.multipliedFullWidth(by: power)
            let shift = high.leadingZeroBitCount
            // Shifts by 64 and more give 0.
            leading = high << shift | low >> (64 - shift)
            hasMore = low << shift != 0
            scale += 64 - shift
        } else {
            let digitShift = digits.leadingZeroBitCount
            let powerShift = power.leadingZeroBitCount
            let dividend = digits << digitShift
            // The dividend's upper half is less than 2^63, the divisor not: the quotient fits, and has 63 or 64 bits.
            let (quotient, remainder) = (power << powerShift).dividingFullWidth((dividend >> 1, dividend << 63))
            leading = quotient
            hasMore = remainder != 0
            scale += powerShift - digitShift - 63
        }
        let surplus = 64 - leading.leadingZeroBitCount - bits
        if surplus > 0 {
            let half: UInt64 = 1 << (surplus - 1)
            let rest = leading & (half << 1 - 1)
            leading >>= surplus
            // To the nearest; from halfway to the even one.
            if rest > half || rest == half && (hasMore || leading & 1 == 1) { leading += 1 }
            scale += surplus
        }
        return Double(leading) * Double(sign: .plus, exponent: scale, significand: 1)
    }
}

/// The powers of ten that are exact in double precision.
private let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
]

/// The powers of five that fit 63 bits.
private let powersOfFive: [UInt64] = [
    1, 5, 25, 125, 625, 3_125, 15_625, 78_125, 390_625, 1_953_125, 9_765_625, 48_828_125, 244_140_625, 1_220_703_125,
    6_103_515_625, 30_517_578_125, 152_587_890_625, 762_939_453_125, 3_814_697_265_625, 19_073_486_328_125,
    95_367_431_640_625, 476_837_158_203_125, 2_384_185_791_015_625, 11_920_928_955_078_125, 59_604_644_775_390_625,
    298_023_223_876_953_125, 1_490_116_119_384_765_625, 7_450_580_596_923_828_125,
]
#endif
