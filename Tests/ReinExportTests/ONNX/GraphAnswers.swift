import ReinPolicies
import ReinSpaces
import Testing

@testable import ReinExport

/// What a graph answers where Rein's answers were recorded.
struct GraphAnswers {
    var outputs: [Float] = []
    var actions: [Float] = []
    var states: [Float] = []

    /// Runs a graph over recorded observations, handing its states on from step to step.
    init(_ bytes: [UInt8], _ policy: Policy, _ recorded: RecordedActing) throws {
        let interpreter = GraphInterpreter(try ONNXReader(bytes).model)
        let (rows, width) = (recorded.rows, policy.observationSpace.count)
        let maskWidth = recorded.masks.count / recorded.steps / rows
        var feeds: [String: GraphTensor] = [:]
        for input in interpreter.graph.inputs where input.name.hasPrefix("state_in_") {
            feeds[input.name] = try GraphTensor(
                [Float](repeating: 0, count: rows * input.shape[0]), [rows] + input.shape)
        }
        for step in 0..<recorded.steps {
            let observations = recorded.observations[step * rows * width..<(step + 1) * rows * width]
            feeds["obs"] = try GraphTensor(Array(observations), [rows] + policy.observationSpace.shape)
            if maskWidth > 0 {
                let masks = recorded.masks[step * rows * maskWidth..<(step + 1) * rows * maskWidth]
                feeds["action_mask"] = try GraphTensor(.bool, [rows, maskWidth], masks.map { $0 ? 1 : 0 })
            }
            let results = try interpreter.run(feeds)
            outputs += try #require(results["output"]).floats
            actions += try #require(results["action"]).floats
            for name in feeds.keys where name.hasPrefix("state_in_") {
                feeds[name] = results[name.replacing("in", with: "out")]
            }
        }
        // Rein keeps h and c of a row side by side.
        let states = ["state_in_0", "state_in_1"].compactMap { feeds[$0] }
        for row in 0..<rows {
            for state in states { self.states += state.floats[row * state.shape[1]..<(row + 1) * state.shape[1]] }
        }
    }

    /// Expects the recorded answers: outputs within 1e-5 of the largest of their row, actions the same wherever no other
    /// is as good within ten times that.
    func expectMatch(_ recorded: RecordedActing, _ policy: Policy, _ comment: Comment) {
        let count = recorded.rows * recorded.steps
        #expect(outputs.count == recorded.outputs.count && states.count == recorded.states.count, comment)
        guard outputs.count == recorded.outputs.count, actions.count == recorded.actions.count else { return }
        let (outputWidth, actionWidth) = (outputs.count / count, actions.count / count)
        var worst: Float = 0
        var (different, sure) = (0, 0)
        for row in 0..<count {
            let expected = recorded.outputs[row * outputWidth..<(row + 1) * outputWidth]
            let scale = max(1, expected.map(abs).max() ?? 0)
            for index in expected.indices { worst = max(worst, abs(outputs[index] - expected[index]) / scale) }
            let range = row * actionWidth..<(row + 1) * actionWidth
            if policy.actionSpace.isDiscrete {
                // What is all the same is the same in both: the first choice counts.
                let isTied = Set(expected).count == 1 && Set(outputs[expected.indices]).count == 1
                guard isTied || recorded.margin(ofRow: row, policy) > 1e-4 * scale else { continue }
                sure += 1
                if actions[range] != recorded.actions[range] { different += 1 }
            } else {
                let scale = max(1, recorded.actions[range].map(abs).max() ?? 0)
                for index in range { worst = max(worst, abs(actions[index] - recorded.actions[index]) / scale) }
            }
        }
        for (state, expected) in zip(states, recorded.states) { worst = max(worst, abs(state - expected)) }
        #expect(worst <= 1e-5 && worst.isFinite, comment)
        #expect(different == 0, comment)
        if policy.actionSpace.isDiscrete { #expect(sure > count / 2, comment) }
    }
}

extension RecordedActing {
    /// How much better the best choice of each component is than the next one, the smallest of those.
    func margin(ofRow row: Int, _ policy: Policy) -> Float {
        var margin = Float.infinity
        var first = row * outputs.count / (rows * steps)
        let maskWidth = masks.count / (rows * steps)
        var maskFirst = row * maskWidth
        for count in policy.actionSpace.choiceCounts {
            let values = (0..<count).filter { maskWidth == 0 || masks[maskFirst + $0] }.map { outputs[first + $0] }
            let sorted = values.sorted(by: >)
            if sorted.count > 1 { margin = min(margin, sorted[0] - sorted[1]) }
            first += count
            maskFirst += count
        }
        return margin
    }
}
