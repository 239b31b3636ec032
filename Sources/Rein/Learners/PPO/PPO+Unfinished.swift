public import ReinCheckpoints
import ReinNumerics

/// An iteration that is not over.
extension PPOLearner {
    /// What has been measured; between gradient steps also where they are, the order of the samples and the estimates
    /// made for them.
    public var unfinishedState: StateTree {
        var map: StateMap = ["metrics": StateEncoder().encode(metrics)]
        if let progress, let samples {
            let order = samples.order(of: sampleCount)
            map["progress"] = StateEncoder().encode(progress)
            map["order"] = .tensor(StateTensor(Array(order), shape: [order.count]))
            map["estimates"] = samples.estimates.state(rows: sampleCount)
            map["oldLogDeviations"] = .tensor(
                StateTensor(samples.oldLogDeviations.elements, shape: [samples.oldLogDeviations.count]))
        }
        return .map(map)
    }

    /// Takes over an unfinished iteration with the rollout that is in `batch`.
    ///
    /// - Throws: `StateError` when something is missing or does not fit; then nothing has changed.
    public mutating func restoreUnfinished(from state: StateTree, batch: RolloutBatch?) throws(StateError) {
        guard !state.isNull else {
            (metrics, progress) = (PPOMetrics(), nil)
            return
        }
        let reader = StateReader(state)
        _ = try reader.child("metrics").count("gradientSteps")
        let metrics = try reader.decode(PPOMetrics.self, "metrics")
        guard let saved = reader.optionalChild("progress") else {
            (self.metrics, progress) = (metrics, nil)
            return
        }
        guard let batch else { throw saved.error(.outOfRange, "there is no rollout to go on learning from") }
        let progress = try reader.decode(PPOProgress.self, "progress")
        for count in ["samples", "epochSamples"] { _ = try saved.count(count) }
        guard (0..<configuration.epochs).contains(progress.epoch), (0..<batch.count).contains(progress.sample),
            progress.sample.isMultiple(of: configuration.minibatchSize)
        else {
            throw saved.error(.outOfRange, "there is no such place in \(batch.count) samples")
        }
        let samples = makeSamples(of: batch)
        try samples.restoreOrder(
            from: reader.child("order"), of: batch, minibatchSize: configuration.minibatchSize)
        try samples.estimates.restore(from: reader.child("estimates"), rows: batch.count)
        let deviations = try reader.floats("oldLogDeviations", shape: [samples.oldLogDeviations.count])
        _ = samples.oldLogDeviations.mutableElements.update(fromContentsOf: deviations)
        (self.metrics, self.progress, self.samples, sampleCount) = (metrics, progress, samples, batch.count)
    }
}

extension PPOSamples {
    /// The order in which a number of samples are learnt from, or sequences of them.
    fileprivate func order(of count: Int) -> UnsafeMutableBufferPointer<Int32> {
        sequences?.order.mutableElements ?? indices.mutableElements(in: 0..<count)
    }

    /// Takes over the order of a batch's samples.
    ///
    /// - Throws: `StateError` unless each of them is in it once.
    fileprivate func restoreOrder(
        from reader: StateReader, of batch: RolloutBatch, minibatchSize: Int
    ) throws(StateError) {
        let order = order(of: batch.count)
        let tensor = try reader.tensor(shape: [order.count])
        let saved: [Int32]
        do { saved = try tensor.int32s() } catch { throw error.nested(under: reader.path) }
        var isThere = [Bool](repeating: false, count: saved.count)
        for index in saved {
            guard isThere.indices.contains(Int(index)), !isThere[Int(index)] else {
                throw reader.error(.outOfRange, "\(index) is out of place in an order of \(saved.count)")
            }
            isThere[Int(index)] = true
        }
        _ = order.update(fromContentsOf: saved)
        sequences?.writeIndices(minibatchSize: minibatchSize, lanes: batch.lanes, into: indices.pointer)
    }
}

extension PPOEstimates {
    private var columns: [(key: String, column: AlignedBuffer<Float>)] {
        [("values", values), ("advantages", advantages), ("returns", returns)]
    }

    /// The estimates of the first rows.
    fileprivate func state(rows: Int) -> StateTree {
        var map = StateMap()
        for (key, column) in columns {
            map[key] = .tensor(
                StateTensor(UnsafeBufferPointer(rebasing: column.elements[..<rows]), shape: [rows]))
        }
        return .map(map)
    }

    /// Takes over the estimates of the first rows.
    ///
    /// - Throws: `StateError` when something is missing or does not fit.
    fileprivate func restore(from reader: StateReader, rows: Int) throws(StateError) {
        for (key, column) in columns {
            for (index, value) in try reader.floats(key, shape: [rows]).enumerated() { column.pointer[index] = value }
        }
    }
}
