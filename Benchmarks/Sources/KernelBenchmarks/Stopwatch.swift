/// Times pieces of work against each other.
enum Stopwatch {
    /// Returns the shortest time of each of the pieces of work, in microseconds a call.
    ///
    /// The pieces take turns, so that a change of the processor's speed meets all of them alike.
    static func shortest(_ work: [() -> Void]) -> [Double] {
        let clock = ContinuousClock()
        func microseconds(_ calls: Int, _ body: () -> Void) -> Double {
            let start = clock.now
            for _ in 0..<calls { body() }
            let duration = start.duration(to: clock.now).components
            return (Double(duration.seconds) * 1e6 + Double(duration.attoseconds) * 1e-12) / Double(calls)
        }
        let calls = work.map { body -> Int in
            var calls = 1
            while microseconds(calls, body) * Double(calls) < 100 { calls *= 2 }
            return calls
        }
        var best = work.map { _ in Double.infinity }
        for _ in 0..<25 {
            for index in work.indices { best[index] = min(best[index], microseconds(calls[index], work[index])) }
        }
        return best
    }
}

extension Double {
    /// The number with a fixed count of decimals, filled up with spaces on the left.
    func column(_ width: Int, decimals: Int) -> String {
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let whole = Int((self * scale).rounded())
        let digits = String(whole % Int(scale))
        var text = "\(whole / Int(scale))"
        if decimals > 0 { text += "." + String(repeating: "0", count: decimals - digits.count) + digits }
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
