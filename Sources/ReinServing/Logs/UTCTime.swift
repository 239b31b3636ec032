#if Serving
/// A moment as logs have it: `2026-03-01T23:59:59.123Z`.
struct UTCTime: CustomStringConvertible {
    /// The number of milliseconds since 1970.
    let milliseconds: Int

    /// Now.
    static var now: UTCTime { UTCTime(milliseconds: WallClock.milliseconds) }

    var description: String {
        let (days, rest) = milliseconds.quotientAndRemainder(dividingByPositive: 86_400_000)
        let (year, month, day) = Self.date(days)
        let seconds = rest / 1000
        return "\(Self.digits(year, 4))-\(Self.digits(month))-\(Self.digits(day))T\(Self.digits(seconds / 3600)):"
            + "\(Self.digits(seconds / 60 % 60)):\(Self.digits(seconds % 60)).\(Self.digits(rest % 1000, 3))Z"
    }

    private static func digits(_ number: Int, _ count: Int = 2) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }

    /// The date of a day, counted from that of 1970. Years are counted from March, so that a leap day is a year's last, and
    /// by 400, after which all repeats.
    private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, day) = (days + 719_468).quotientAndRemainder(dividingByPositive: 146_097)
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
        let dayOfYear = day - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let isNextYear = month >= 10
        return (
            year + 400 * era + (isNextYear ? 1 : 0), isNextYear ? month - 9 : month + 3,
            dayOfYear - (153 * month + 2) / 5 + 1
        )
    }
}

extension Int {
    /// The quotient rounded down, and what is left, which is never negative.
    fileprivate func quotientAndRemainder(dividingByPositive divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
#endif
