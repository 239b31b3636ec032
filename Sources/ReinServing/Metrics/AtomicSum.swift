#if Serving
import Synchronization

/// A number with a fraction that any number of threads add to, without locks.
struct AtomicSum: ~Copyable {
    private let bits = Atomic<UInt64>(0)

    /// The number.
    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    /// Replaces the number.
    func store(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    /// Adds to the number.
    func add(_ amount: Double) {
        var old = bits.load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (isDone, found) = bits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if isDone { return }
            old = found
        }
    }
}
#endif
