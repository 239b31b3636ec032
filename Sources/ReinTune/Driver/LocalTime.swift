#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The time of day, as results and names of folders have it.
struct LocalTime {
    private var seconds = Int.min
    private var text = ""

    /// The seconds since 1970, by the system's clock.
    static var secondsNow: Int { time(nil) }

    /// A time as `2026-11-29_08-05-30`, where the machine is. Asked for in the same second again, it costs nothing.
    mutating func text(of seconds: Int) -> String {
        if seconds == self.seconds { return text }
        var time = time_t(seconds)
        var parts = tm()
        guard localtime_r(&time, &parts) != nil else { return "" }
        func digits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let year = 1900 + Int(parts.tm_year)
        let date = [year, Int(parts.tm_mon) + 1, Int(parts.tm_mday)].map(digits).joined(separator: "-")
        let day = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { digits(Int($0)) }.joined(separator: "-")
        self.seconds = seconds
        text = "\(date)_\(day)"
        return text
    }
}
