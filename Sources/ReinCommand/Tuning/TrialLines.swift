import Rein
import ReinTune

/// The trials of an experiment in a table of a few lines: the best ones first, and those that run.
struct TrialLines {
    /// What trials are compared by; nil when they are not compared.
    let metric: String?
    /// Which values are the better ones.
    let order: ScoreOrder
    /// What trials differ in.
    let space: SearchSpace

    /// The largest number of characters of what tells a trial from others.
    private static let settingsLimit = 60

    /// The table.
    ///
    /// - Parameter limit: the largest number of trials in it.
    func lines(_ trials: [TrialRecord], limit: Int) -> [String] {
        let begun = trials.filter { $0.lastResult != nil || $0.status == .running }
        guard !begun.isEmpty, limit > 0 else { return [] }
        let ranked = ranked(begun)
        // Those that run have room even when they are not among the best.
        let running = ranked.indices.filter { ranked[$0].status == .running }
        let reserved = min(running.count, limit / 2)
        var chosen = Set(ranked.indices.prefix(limit - reserved))
        for place in running where chosen.count < limit { chosen.insert(place) }
        for place in ranked.indices where chosen.count < limit { chosen.insert(place) }
        var table = TextTable(
            ["trial", "status", "iterations", "seconds"] + (metric.map { [$0.shortened] } ?? []) + ["settings"])
        for place in chosen.ascending { table.add(row(ranked[place])) }
        var lines = table.text().split(separator: "\n").map(String.init)
        if begun.count > chosen.count { lines.append("(and \(Wording.grouped(begun.count - chosen.count)) more)") }
        return lines
    }

    /// The settings that tell a trial from others, in words: `learningRate=0.003, network/hidden=[8]`.
    func settings(in configuration: StateMap) -> String {
        let settings = space.searchedSettings(in: configuration).map { path, value in
            "\(path.description.shortened)=\(ShortText.value(value))"
        }
        return settings.joined(separator: ", ")
    }

    /// The number of a metric with a few digits.
    static func number(_ value: Double?) -> String { value.map { ShortText.number($0) } ?? ShortText.nothing }

    private func row(_ trial: TrialRecord) -> [String] {
        let cells = [
            trial.id.string, trial.status.rawValue.lowercased(),
            trial.iteration.map(Wording.grouped) ?? ShortText.nothing,
            trial.number(MetricName.secondsTotal).map { Wording.decimal($0) } ?? ShortText.nothing,
        ]
        let settings = settings(in: trial.configuration)
        let cut = settings.count > Self.settingsLimit ? settings.prefix(Self.settingsLimit - 3) + "..." : settings[...]
        return cells + (metric.map { [Self.number(trial.number($0))] } ?? []) + [String(cut)]
    }

    private func ranked(_ trials: [TrialRecord]) -> [TrialRecord] {
        guard let metric else { return trials }
        let scores = trials.map { trial -> Double? in
            trial.number(metric).flatMap { $0.isNaN ? nil : order == .max ? $0 : -$0 }
        }
        return trials.indices.sorted { left, right in
            switch (scores[left], scores[right]) {
            case (let first?, let second?): first == second ? left < right : first > second
            case (nil, nil): left < right
            case (let first, _): first != nil
            }
        }.map { trials[$0] }
    }
}
