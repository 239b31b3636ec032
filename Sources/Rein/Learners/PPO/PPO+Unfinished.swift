public import ReinCheckpoints
import ReinNumerics

/// An iteration that is not over.
extension PPOLearner {
    /// What has been measured; between gradient steps also where they are, the order of the samples and the estimates
    /// made for them.
    public var unfinishedState: StateTree {
        var map: StateMap = ["metrics": StateEncoder().encode(metrics)]
        if let progress {
            map["progress"] = StateEncoder().encode(progress)
            map["order"] = .tensor(StateTensor(Array(order), shape: [order.count]))
            map["estimates"] = estimates.state(rows: batch.count)
            map["oldLogDeviations"] = .tensor(
                StateTensor(oldLogDeviations.elements, shape: [oldLogDeviations.count]))
        }
        return .map(map)
    }

    /// Takes over an unfinished iteration with the rollout that is in `batch`.
    ///
    /// - Throws: `StateError` when something is missing or does not fit.
    public mutating func restoreUnfinished(from state: StateTree) throws(StateError) {
        (metrics, progress) = (PPOMetrics(), nil)
        guard !state.isNull else { return }
        let reader = StateReader(state)
        _ = try reader.child("metrics").count("gradientSteps")
        let metrics = try reader.decode(PPOMetrics.self, "metrics")
        if let saved = reader.optionalChild("progress") {
            let progress = try reader.decode(PPOProgress.self, "progress")
            for count in ["samples", "epochSamples"] { _ = try saved.count(count) }
            guard (0..<configuration.epochs).contains(progress.epoch), (0..<batch.count).contains(progress.sample),
                progress.sample.isMultiple(of: configuration.minibatchSize)
            else {
                throw saved.error(.outOfRange, "there is no such place in \(batch.count) samples")
            }
            try restoreOrder(from: reader.child("order"))
            try estimates.restore(from: reader.child("estimates"), rows: batch.count)
            let deviations = try reader.floats("oldLogDeviations", shape: [oldLogDeviations.count])
            for (index, value) in deviations.enumerated() { oldLogDeviations.pointer[index] = value }
            self.progress = progress
        }
        self.metrics = metrics
    }

    /// The order in which samples are learnt from, or sequences of them.
    private var order: UnsafeBufferPointer<Int32> {
        sequences?.order.elements ?? UnsafeBufferPointer(rebasing: indices.elements[..<batch.count])
    }

    private func restoreOrder(from reader: StateReader) throws(StateError) {
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
        let target = sequences?.order ?? indices
        for (index, value) in saved.enumerated() { target.pointer[index] = value }
        sequences?.writeIndices(
            minibatchSize: configuration.minibatchSize, lanes: batch.lanes, into: indices.pointer)
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
