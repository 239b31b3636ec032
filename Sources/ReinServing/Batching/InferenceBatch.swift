#if Serving
import ReinNumerics
import ReinPolicies
import ReinSpaces

/// Requests whose rows a policy acts on together.
struct InferenceBatch {
    private let requests: [QueuedInference]
    private let policy: Policy
    private let rows: Int

    /// Takes requests together.
    ///
    /// - Parameter requests: either all or none of them explore.
    init(_ requests: [QueuedInference], of policy: Policy) {
        self.requests = requests
        self.policy = policy
        rows = requests.reduce(0) { $0 + $1.request.rows }
    }

    /// Acts on all of them, and writes the actions, outputs and states of each.
    func act(in pool: ActingPool) {
        if requests.count == 1 { return pool.act(on: requests[0].request, into: requests[0].results) }
        let (stateWidth, actionWidth) = (policy.stateWidth, policy.actionSpace.width)
        let observations = AlignedBuffer<Float>(count: rows * policy.observationSpace.count)
        let masks = gatherMasks()
        let states = stateWidth > 0 ? AlignedBuffer<Float>(count: rows * stateWidth) : nil
        let outputs = AlignedBuffer<Float>(count: rows * policy.outputCount)
        let actions = AlignedBuffer<Float>(count: rows * actionWidth)
        forEach { request, first, _ in
            let width = policy.observationSpace.count
            (observations.pointer + first * width).update(from: request.observations, count: request.rows * width)
            if let states, let own = request.states {
                (states.pointer + first * stateWidth).update(from: own.pointer, count: own.count)
            }
        }
        pool.act(
            ActingRows(
                count: rows, observations: observations.pointer, masks: masks.map { UnsafePointer($0.pointer) },
                states: states?.pointer, outputs: outputs.pointer),
            streams: streams
        ) { source, range in
            (actions.pointer + range.lowerBound * actionWidth).update(from: source, count: range.count * actionWidth)
        }
        forEach { request, first, results in
            results.write(actions.pointer + first * actionWidth, rows: 0..<request.rows)
            let own = results.outputs
            own.pointer.update(from: outputs.pointer + first * policy.outputCount, count: own.count)
            if let states, let own = request.states {
                own.pointer.update(from: states.pointer + first * stateWidth, count: own.count)
            }
        }
    }

    private func forEach(_ body: (PreparedInference, _ first: Int, InferenceResults) -> Void) {
        var first = 0
        for item in requests {
            body(item.request, first, item.results)
            first += item.request.rows
        }
    }

    /// The masks of all rows, where all actions are valid that nobody says otherwise of; nil when nobody does.
    private func gatherMasks() -> AlignedBuffer<Bool>? {
        guard requests.contains(where: { $0.request.masks != nil }) else { return nil }
        let width = policy.actionSpace.maskWidth
        let masks = AlignedBuffer<Bool>(count: rows * width)
        forEach { request, first, _ in
            let place = masks.pointer + first * width
            if let own = request.masks {
                place.update(from: own, count: request.rows * width)
            } else {
                place.update(repeating: true, count: request.rows * width)
            }
        }
        return masks
    }

    /// The streams of some rows, each request's from its own first row on.
    private func streams(for range: Range<Int>) -> [RandomStream] {
        var streams: [RandomStream] = []
        forEach { request, first, _ in
            let own = range.clamped(to: first..<first + request.rows)
            guard !own.isEmpty else { return }
            streams += request.streams(for: own.lowerBound - first..<own.upperBound - first)
        }
        return streams
    }
}
#endif
