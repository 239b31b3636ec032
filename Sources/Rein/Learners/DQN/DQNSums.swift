/// Sums over the rows of a batch.
struct DQNSums: Sendable {
    var loss = 0.0
    var value = 0.0
    var error = 0.0

    static func += (sums: inout DQNSums, other: DQNSums) {
        sums.loss += other.loss
        sums.value += other.value
        sums.error += other.error
    }
}
