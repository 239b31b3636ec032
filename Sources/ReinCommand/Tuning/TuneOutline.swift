import Rein
import ReinTune

/// What an experiment would be, for `rein tune --check`.
final class TuneOutline {
    private let plan: ExperimentPlan
    private let definition: TrainableDefinition
    private let trialCount: Int?
    private let variants: [(tag: String, configuration: StateMap)]
    private let resources: PlacementGroup
    private let machine: MachineResources
    private let concurrency: Int

    /// The largest number of trials that are shown.
    private static let limit = 5

    /// Looks at the plan that is carried out, which was checked.
    ///
    /// - Throws: `StateError` for resources that this machine does not have.
    init(_ plan: ExperimentPlan, of base: TrainableDefinition) throws {
        self.plan = plan
        definition = try plan.definition(of: base)
        trialCount = try plan.trialCount()
        var searcher = try plan.makeSearcher()
        var variants: [(tag: String, configuration: StateMap)] = []
        while variants.count < min(Self.limit, trialCount ?? .max),
            case .configuration(let configuration) = try searcher.suggest(
                TrialID(experiment: "check", index: variants.count))
        {
            let tag = TrialTag.text(index: variants.count, configuration: configuration, of: plan.space)
            variants.append((tag, configuration))
        }
        self.variants = variants
        machine = try MachineResources()
        resources = try definition.resources(for: variants.first?.configuration ?? [:])
        concurrency = min(try Tuner(plan, of: base).concurrency(), trialCount ?? .max)
    }

    /// What is said of it.
    var text: String {
        var table = TextTable()
        table.add(["trials", trialCount.map(Wording.grouped) ?? "no end"])
        table.add(["trained", trained])
        table.add(["metric", plan.metric.map { "\($0.shortened), \(plan.order.rawValue)" } ?? "none"])
        table.add(["scheduler", word("scheduler")])
        table.add(["searcher", word("searcher")])
        table.add(["seeds", plan.seeds.map { "\(Wording.grouped($0.count)) for each trial" } ?? "one for each trial"])
        table.add(["stop", (try? plan.stop?.tree()).map { JSON.text($0) } ?? "when trials say so"])
        if let budget = plan.timeBudget { table.add(["time budget", "\(Wording.clock(budget))"]) }
        if let limit = plan.iterationLimit { table.add(["iterations", "at most \(Wording.grouped(limit)) a trial"]) }
        table.add(["resources", "\(resources) a trial, of \(amounts)"])
        table.add(["at once", Wording.count(concurrency, "trial", "trials") + ", in \(plan.trialsIn.rawValue)"])
        var lines = [table.text(), "", "The first trials:"] + variants.map { "  \($0.tag)" }
        let rest = (trialCount ?? .max) - variants.count
        if rest > 0 { lines.append(trialCount == nil ? "  ..." : "  (and \(Wording.grouped(rest)) more)") }
        return lines.joined(separator: "\n")
    }

    /// The same as data.
    ///
    /// - Throws: `StateError` for what cannot be written.
    func tree() throws(StateError) -> StateTree {
        [
            "trials": trialCount.map { .int(Int64($0)) } ?? .null, "concurrency": .int(Int64(concurrency)),
            "iterationLimit": plan.iterationLimit.map { .int(Int64($0)) } ?? .null,
            "resources": .string("\(resources)"),
            "machine": .map(
                StateMap(uniqueEntries: machine.amounts.sorted(byBytesOf: \.key).map { ($0.key, .double($0.value)) })),
            "variants": .list(
                variants.map { ["tag": .string($0.tag), "configuration": .map($0.configuration)] as StateTree }),
            "plan": try plan.tree(),
        ]
    }

    private var trained: String {
        let environment = variants.first?.configuration["environment"]
        if case .string(let name)? = environment { return "\(definition.name) on \(name.shortened)" }
        return definition.name
    }

    private var amounts: String {
        machine.amounts.sorted(byBytesOf: \.key).map { name, amount in
            "\(name.shortened) "
                + (name == "memory" ? Wording.bytes(Int(amount)) : Wording.decimal(amount, 2).trimmingZeros)
        }.joined(separator: ", ")
    }

    /// The word for a part of the plan.
    private func word(_ key: String) -> String {
        guard case .map(let map)? = try? plan.tree(), case .map(let part)? = map[key],
            case .string(let word)? = part["type"]
        else { return "-" }
        return word
    }
}
