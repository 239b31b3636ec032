import Foundation
import ReinCheckpoints
import ReinTune

/// A function whose lowest value is searched for; `Peers/optuna_tpe.py` has the same.
struct SearchFunction: Sendable {
    let name: String
    let parameters: [SearchParameter]
    /// The value for settings by path.
    let value: @Sendable (StateMap) -> Double

    static let all = [branin, hartmann6, mixed, conditional]

    /// Two numbers; the lowest value is 0.397887.
    private static let branin = SearchFunction(
        name: "branin",
        parameters: [SearchParameter("x", .uniform(-5...10)), SearchParameter("y", .uniform(0...15))]
    ) { settings in
        let (x, y) = (settings.number("x"), settings.number("y"))
        let bowl = y - 5.1 / (4 * .pi * .pi) * x * x + 5 / .pi * x - 6
        return bowl * bowl + 10 * (1 - 1 / (8 * .pi)) * cos(x) + 10
    }

    /// Six numbers; the lowest value is −3.32237.
    private static let hartmann6 = SearchFunction(
        name: "hartmann6", parameters: (0..<6).map { SearchParameter("x\($0)", .uniform(0...1)) }
    ) { settings in
        let steepness: [[Double]] = [
            [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14],
        ]
        let centres: [[Double]] = [
            [1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991],
            [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381],
        ]
        let heights = [1, 1.2, 3, 3.2]
        return -(0..<4).reduce(0.0) { sum, hill in
            let distance = (0..<6).reduce(0.0) { distance, axis in
                let offset = settings.number("x\(axis)") - centres[hill][axis] / 10_000
                return distance + steepness[hill][axis] * offset * offset
            }
            return sum + heights[hill] * exp(-distance)
        }
    }

    /// A number by its magnitude, a count and two choices, as a learner has them; the lowest value is 0.
    private static let mixed = SearchFunction(
        name: "mixed",
        parameters: [
            SearchParameter("lr", .logUniform(1e-5...1e-1)), SearchParameter("layers", .integers(1...4)),
            SearchParameter("activation", .choice(["tanh", "relu", "elu"])),
            SearchParameter("batch", .choice([32, 64, 128, 256])),
        ]
    ) { settings in
        let activation = ["tanh": 0, "relu": 0.2, "elu": 0.5][settings.text("activation")] ?? .nan
        let (rate, layers) = (abs(log10(settings.number("lr")) + 3.2), abs(settings.number("layers") - 2))
        return rate + 0.3 * layers + activation + 0.1 * abs(log2(settings.number("batch")) - 6)
    }

    /// A choice of which either case has two numbers of its own; the lowest value is 0.
    private static let conditional = SearchFunction(
        name: "conditional",
        parameters: [
            SearchParameter("algorithm", .choice(["ppo", "sac"])),
            SearchParameter("ppo_lr", .logUniform(1e-5...1e-1), when: .init("algorithm", is: "ppo")),
            SearchParameter("clip", .uniform(0.05...0.5), when: .init("algorithm", is: "ppo")),
            SearchParameter("sac_lr", .logUniform(1e-5...1e-1), when: .init("algorithm", is: "sac")),
            SearchParameter("tau", .uniform(0.001...0.1), when: .init("algorithm", is: "sac")),
        ]
    ) { settings in
        if settings.text("algorithm") == "ppo" {
            return abs(log10(settings.number("ppo_lr")) + 3.5) + abs(settings.number("clip") - 0.2)
        }
        return 0.3 + abs(log10(settings.number("sac_lr")) + 3) + abs(settings.number("tau") - 0.005)
    }

    /// The lowest value so far after each trial.
    func search(trials: Int, options: TPEOptions, seed: UInt64) throws -> [Double] {
        var searcher = try TPESearcher(parameters, metric: "value", order: .min, options: options, seed: seed)
        var best: [Double] = []
        for trial in 0..<trials {
            let id = TrialID("\(trial)")
            guard case .configuration(let settings) = try searcher.suggest(id) else { break }
            let value = value(settings)
            searcher.complete(id, result: ["value": .double(value)], hasFailed: false)
            best.append(min(value, best.last ?? .infinity))
        }
        return best
    }
}

extension StateMap {
    /// The number of a key; NaN when there is none.
    fileprivate func number(_ key: String) -> Double {
        switch self[key] {
        case .double(let number): number
        case .int(let number): Double(number)
        default: .nan
        }
    }

    /// The text of a key; empty when there is none.
    fileprivate func text(_ key: String) -> String { if case .string(let text) = self[key] { text } else { "" } }
}
