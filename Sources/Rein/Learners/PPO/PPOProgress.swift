/// How far the gradient steps of an iteration have come, and what has been measured on the way.
struct PPOProgress: Sendable, Codable {
    /// The number of epochs that are over.
    var epoch = 0
    /// The number of samples of the present epoch that have been learnt from.
    var sample = 0
    /// Sums over all epochs, and their number of samples.
    var total = PPOSums()
    var samples = 0
    /// Sums over the present epoch, or the last one when it is over, and their number of samples.
    var epochTotal = PPOSums()
    var epochSamples = 0

    /// Adds a minibatch.
    mutating func add(_ sums: PPOSums, rows: Int) {
        if sample == 0 { (epochTotal, epochSamples) = (PPOSums(), 0) }
        total += sums
        samples += rows
        epochTotal += sums
        epochSamples += rows
        sample += rows
    }

    /// The KL divergence over the epoch, estimated from samples.
    var epochDivergence: Double { epochSamples > 0 ? epochTotal.klDivergence / Double(epochSamples) : 0 }
}
