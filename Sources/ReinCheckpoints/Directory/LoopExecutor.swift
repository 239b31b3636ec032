import Synchronization

/// How work that is to be done for each of many things is done: one after another, or several at a time.
///
/// Threads belong to whoever has them; this module has none.
package struct LoopExecutor: Sendable {
    private let run: @Sendable (_ count: Int, _ body: (Int) -> Void) -> Void

    /// In the calling thread.
    package static let oneByOne = LoopExecutor { count, body in for index in 0..<count { body(index) } }

    /// - Parameter run: calls a function with each number from 0 up to a count, in any order and from any threads, and
    ///   returns when every call has.
    package init(_ run: @escaping @Sendable (_ count: Int, _ body: (Int) -> Void) -> Void) { self.run = run }

    /// The results of a function for 0 up to `count`, in order.
    ///
    /// - Throws: the error of the lowest number among those that had one. After an error, no further calls begin.
    func map<Result>(
        _ count: Int, _ body: (Int) throws(StateError) -> Result
    ) throws(StateError) -> [Result] {
        let hasFailed = Atomic(false)
        var results = [Swift.Result<Result, StateError>?](repeating: nil, count: count)
        results.withUnsafeMutableBufferPointer { results in
            // Each call has an element of its own.
            let results = results
            run(count) { index in
                guard !hasFailed.load(ordering: .relaxed) else { return }
                do throws(StateError) {
                    results[index] = .success(try body(index))
                } catch {
                    results[index] = .failure(error)
                    hasFailed.store(true, ordering: .relaxed)
                }
            }
        }
        var values: [Result] = []
        values.reserveCapacity(count)
        for result in results {
            if let result { values.append(try result.get()) }
        }
        return values
    }
}
