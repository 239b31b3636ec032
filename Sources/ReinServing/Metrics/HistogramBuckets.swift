#if Serving
import Synchronization

/// How many of the values that were noted lie between bounds, counted without locks.
///
/// `@unchecked Sendable`: the memory is only touched by atomic operations until nobody has it any more.
struct HistogramBuckets: ~Copyable, @unchecked Sendable {
    /// How many there are, one for what is above all bounds included.
    let count: Int
    private let counters: UnsafeMutablePointer<Atomic<Int>>

    /// No values yet.
    init(count: Int) {
        self.count = count
        counters = .allocate(capacity: count)
        for index in 0..<count { (counters + index).initialize(to: Atomic(0)) }
    }

    deinit {
        counters.deinitialize(count: count)
        counters.deallocate()
    }

    /// Notes values of one bucket.
    @inline(__always)
    func add(_ number: Int = 1, at index: Int) {
        precondition(index >= 0 && index < count)
        counters[index].add(number, ordering: .relaxed)
    }

    /// The number of values in a bucket.
    subscript(index: Int) -> Int {
        precondition(index >= 0 && index < count)
        return counters[index].load(ordering: .relaxed)
    }
}
#endif
