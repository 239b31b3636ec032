import Foundation
import ReinCheckpoints
import ReinTune

/// Tree-structured Parzen estimators on four functions, beside settings drawn at random and beside Optuna, if its values are
/// given: the lowest value after each trial, and at three of them whether it is higher than Optuna's.
enum Functions {
    static let trials = 100
    private static let judged = [30, 50, 100]
    /// Below this, a higher value is not taken for chance.
    private static let level = 0.05

    static func run(seeds: Int, peer: String?) throws -> (record: StateTree, isUseful: Bool, picture: String) {
        let peer = try peer.map(peerCurves)
        var (rows, panels): ([StateTree], [FunctionCurves.Panel]) = ([], [])
        var isUseful = true
        for function in SearchFunction.all {
            let ours = try curves(of: function, seeds, TPEOptions())
            let random = try curves(of: function, seeds, TPEOptions(startupTrials: trials))
            var (row, lines): (StateMap, _) = (
                [
                    "function": .string(function.name), "rein": summary(ours), "random": summary(random),
                ], [FunctionCurves.Line(name: "Rein", curves: ours), .init(name: "random", curves: random)]
            )
            if let theirs = peer?[function.name] {
                guard theirs.count == seeds, theirs.allSatisfy({ $0.count == trials }) else {
                    throw StateError(.malformed, "has not \(seeds) curves of \(trials) trials", path: function.name)
                }
                row["optuna"] = summary(theirs)
                lines.insert(.init(name: "Optuna", curves: theirs), at: 1)
                let chances = judged.map { trial in
                    MannWhitney.probabilityOfExcess(of: ours.map { $0[trial - 1] }, over: theirs.map { $0[trial - 1] })
                }
                row["probabilityOfExcess"] = .list(chances.map { .double($0) })
                if !chances.allSatisfy({ $0 > level }) { isUseful = false }
                print("\(function.name): \(chances.map { String(format: "%.3f", $0) }.joined(separator: " "))")
            }
            if median(ours, trials) >= median(random, trials) { isUseful = false }
            rows.append(.map(row))
            panels.append(FunctionCurves.Panel(title: function.name, lines: lines))
        }
        let record: StateTree = [
            "seeds": .int(Int64(seeds)), "trials": .int(Int64(trials)),
            "judgedAfter": .list(judged.map { .int(Int64($0)) }),
            "test": "Mann and Whitney, one-sided: whether Rein's lowest values are higher than Optuna's",
            "functions": .list(rows),
        ]
        return (record, isUseful, FunctionCurves(panels: panels, seeds: seeds).svg)
    }

    private static func curves(
        of function: SearchFunction, _ seeds: Int, _ options: TPEOptions
    ) throws -> [[Double]] {
        try (1...max(1, seeds)).map { try function.search(trials: trials, options: options, seed: UInt64($0)) }
    }

    /// What `Peers/optuna_tpe.py` has printed.
    private static func peerCurves(_ path: String) throws -> [String: [[Double]]] {
        try JSONDecoder().decode([String: [[Double]]].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private static func summary(_ curves: [[Double]]) -> StateTree {
        [
            "median": .list(judged.map { .double(median(curves, $0)) }),
            "lowest": .list(judged.map { trial in .list(curves.map { .double($0[trial - 1]) }) }),
            "medianCurve": .list((1...trials).map { .double(median(curves, $0)) }),
        ]
    }

    private static func median(_ curves: [[Double]], _ trial: Int) -> Double {
        let values = curves.map { $0[trial - 1] }.sorted()
        return (values[(values.count - 1) / 2] + values[values.count / 2]) / 2
    }
}
