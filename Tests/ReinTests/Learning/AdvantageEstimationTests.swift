import Rein
import Testing

@Suite("Generalised advantage estimation")
struct AdvantageEstimationTests {
    struct Column {
        var rewards: [Float]
        var values: [Float]  // One more than rewards.
        var statuses: [Status]
        var bootstraps: [Float]
    }

    static func estimate(_ column: Column, discount: Float, lambda: Float) -> (advantages: [Float], returns: [Float]) {
        AdvantageColumns.evaluate(
            rewards: column.rewards, values: column.values, statuses: column.statuses, bootstraps: column.bootstraps
        ) {
            AdvantageEstimation.generalized(
                $0, steps: column.rewards.count, lanes: 1, discount: discount, lambda: lambda)
        }
    }

    enum Ending: CaseIterable { case terminated, truncated, cut }

    @Test(
        "Equal the closed form for a constant value and a reward at each episode's end",
        arguments: [1.0, 0.99], [1.0, 0.9])
    func closedForm(discount: Double, lambda: Double) {
        let value = 0.7
        for ending in Ending.allCases {
            for episodes in [1, 3] {
                let length = 5
                var column = Column(rewards: [], values: [], statuses: [], bootstraps: [])
                for episode in 0..<episodes {
                    for step in 0..<length {
                        let isEnd = step == length - 1
                        let isLast = isEnd && episode == episodes - 1
                        column.rewards.append(isEnd ? 1 : 0)
                        column.values.append(Float(value))
                        // In the middle of the batch an episode always ends; only the last one may be cut.
                        let end: Status = ending == .terminated ? .terminated : .truncated
                        column.statuses.append(isEnd && !(isLast && ending == .cut) ? end : .running)
                        column.bootstraps.append(isEnd ? Float(value) : .nan)
                    }
                }
                column.values.append(Float(value))
                let (advantages, returns) = Self.estimate(column, discount: Float(discount), lambda: Float(lambda))
                for index in advantages.indices {
                    // A[t] = Σ_k (γλ)^k δ[t+k]: each δ is (γ − 1) v but the last, 1 + γ v − v or 1 − v.
                    let remaining = length - 1 - index % length
                    var expected = 0.0
                    var weight = 1.0
                    for _ in 0..<remaining {
                        expected += weight * (discount - 1) * value
                        weight *= discount * lambda
                    }
                    expected += weight * (1 + (ending == .terminated ? 0 : discount * value) - value)
                    #expect(abs(Double(advantages[index]) - expected) < 1e-6)
                    #expect(abs(Double(returns[index]) - expected - value) < 1e-6)
                }
            }
        }
    }

    @Test("A truncated step bootstraps from its final observation, not from the next episode")
    func truncation() {
        let column = Column(
            rewards: [1, 1], values: [2, 100, 7], statuses: [.truncated, .running], bootstraps: [3, .nan])
        let (advantages, _) = Self.estimate(column, discount: 0.5, lambda: 0.9)
        #expect(advantages[0] == 1 + 0.5 * 3 - 2)
        #expect(advantages[1] == 1 + 0.5 * 7 - 100)
    }

    @Test("Lanes side by side equal lanes one by one")
    func lanes() {
        var random = RandomStream(seed: 1, name: "advantages")
        let (steps, lanes) = (17, 3)
        func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in random.nextNormal() } }
        let (rewards, values, bootstraps) = (
            numbers(steps * lanes), numbers((steps + 1) * lanes), numbers(steps * lanes)
        )
        let statuses = (0..<steps * lanes).map { _ in
            [Status.running, .running, .terminated, .truncated][random.below(4)]
        }
        let (advantages, returns) = AdvantageColumns.evaluate(
            rewards: rewards, values: values, statuses: statuses, bootstraps: bootstraps
        ) { AdvantageEstimation.generalized($0, steps: steps, lanes: lanes, discount: 0.97, lambda: 0.8) }
        for lane in 0..<lanes {
            func pick<Element>(_ all: [Element]) -> [Element] {
                stride(from: lane, to: all.count, by: lanes).map { all[$0] }
            }
            let one = Self.estimate(
                Column(
                    rewards: pick(rewards), values: pick(values), statuses: pick(statuses), bootstraps: pick(bootstraps)
                ),
                discount: 0.97, lambda: 0.8)
            #expect(one.advantages == pick(advantages))
            #expect(one.returns == pick(returns))
        }
    }
}
