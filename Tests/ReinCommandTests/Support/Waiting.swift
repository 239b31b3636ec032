import Foundation
import Testing

/// Waits until something is so, for two minutes at most.
///
/// The thread is held meanwhile. Handing it back would put the test behind all others that wait for one, while the
/// process that it has started trains on and on.
func wait(until condition: () throws -> Bool, _ location: SourceLocation = #_sourceLocation) throws {
    let end = ContinuousClock.now + .seconds(120)
    while try !condition() {
        try #require(ContinuousClock.now < end, "still not so after two minutes", sourceLocation: location)
        usleep(10_000)
    }
}
