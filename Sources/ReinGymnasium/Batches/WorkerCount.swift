import CSystemCalls

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How many workers are started where nobody says so. Results do not depend on it.
enum WorkerCount {
    /// How long a worker's steps take at least, all of its lanes together: those of several workers with less would not be
    /// done sooner, since to wake one takes as long.
    private static let secondsOfWork = 50e-6

    /// As many as there are processors, but not so many that they have little to do.
    ///
    /// - Parameters:
    ///   - lanes: the number of lanes.
    ///   - stepSeconds: how long a step of one lane takes.
    ///   - processors: the number of processors that may be used.
    static func automatic(lanes: Int, stepSeconds: Double, processors: Int = processors) -> Int {
        let useful = Int((Double(lanes) * stepSeconds / secondsOfWork).rounded(.down).clamped(to: 1...1e6))
        return max(1, min(useful, lanes, processors))
    }

    /// The number of processors that this process may use.
    static var processors: Int {
        #if os(Linux)
        let allowed = Int(rein_allowed_processors())
        if allowed > 0 { return allowed }
        #endif
        return max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }
}

extension Double {
    /// The number, or the bound that is nearer.
    fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
        min(max(self, range.lowerBound), range.upperBound)
    }
}
