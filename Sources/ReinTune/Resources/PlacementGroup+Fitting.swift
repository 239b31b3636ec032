public import ReinCheckpoints

extension PlacementGroup {
    /// Whether the request could be granted if nothing else were: whether its strategy lets the bundles be laid on these
    /// machines.
    ///
    /// What can be granted is never said to be impossible. Where so many bundles and machines of so many kinds are left that
    /// not all ways can be tried, the answer is true.
    ///
    /// - Parameter machines: what each machine has in all, by names of resources.
    public func isFeasible(on machines: [[String: Double]]) -> Bool { obstacle(on: machines) == nil }

    /// Refuses a request that can never be granted.
    ///
    /// - Parameter machines: what each machine has in all, by names of resources.
    /// - Throws: `StateError` with `.outOfRange` that says what is asked for, and what there is.
    public func requireFits(on machines: [[String: Double]]) throws(StateError) {
        if let obstacle = obstacle(on: machines) { throw obstacle }
    }

    /// Why the request can never be granted, nil when it can.
    private func obstacle(on machines: [[String: Double]]) -> StateError? {
        for (index, bundle) in bundles.enumerated() where !machines.contains(where: { Self.fits(bundle, in: $0) }) {
            return obstacle(of: bundle, at: index, on: machines)
        }
        if let obstacle = obstacleInAll(on: machines) { return obstacle }
        let words: String
        switch strategy {
        case .strictPack:
            guard !machines.contains(where: { Self.fits(requiredResources, in: $0) }) else { return nil }
            let all = ResourceAmounts.text(requiredResources)
            words = "must be on one machine (STRICT_PACK), and no machine has \(all)"
        case .strictSpread:
            guard bundles.count <= machines.count else {
                let there = machines.count == 1 ? "there is one" : "there are \(machines.count)"
                words = "need \(bundles.count) machines (STRICT_SPREAD), and \(there)"
                break
            }
            guard !BundleMatching.exists(for: bundles, on: machines) else { return nil }
            words = "cannot be on a machine each (STRICT_SPREAD): too few machines have room for one"
        case .pack, .spread:
            guard BundlePacking.isImpossible(for: bundles, on: machines) else { return nil }
            words = "cannot be divided among the machines, though they have enough in all"
        }
        return StateError(
            .outOfRange, "\(words); asked for are \(self), there is \(Self.text(machines))", path: "bundles")
    }

    /// Why a bundle fits on no machine.
    private func obstacle(of bundle: [String: Double], at index: Int, on machines: [[String: Double]]) -> StateError {
        let bundlePath = "bundles/\(head.isEmpty ? index + 1 : index)"
        for (name, amount) in ResourceAmounts.sorted(bundle) {
            let most = machines.map { $0[name] ?? 0 }.max() ?? 0
            if ResourceAmounts.fits(amount, in: most, of: most) { continue }
            let names = Set(machines.flatMap { $0.filter { $0.value > 0 }.keys }).sorted()
            var problem = "\(ResourceAmounts.text([name: amount])) is more than any machine has"
            if most == 0, !names.contains(name) {
                problem = unknownName(
                    "no machine has any of \(ResourceAmounts.text([name: amount]))",
                    nearest: nearestName(to: name, in: names), rest: "there is \(Self.text(machines))")
            } else {
                problem += ": \(Self.text(machines))"
            }
            return StateError(.outOfRange, problem, path: "\(bundlePath)/\(name.shortened)")
        }
        return StateError(
            .outOfRange, "no machine has \(ResourceAmounts.text(bundle)) together: \(Self.text(machines))",
            path: bundlePath)
    }

    /// Why the machines have too little of something in all, nil when they have enough.
    private func obstacleInAll(on machines: [[String: Double]]) -> StateError? {
        let total = ResourceAmounts.sum(of: machines)
        for (name, amount) in ResourceAmounts.sorted(requiredResources) {
            let there = total[name] ?? 0
            guard !ResourceAmounts.fits(amount, in: there, of: there) else { continue }
            let asked = ResourceAmounts.text([name: amount])
            return StateError(
                .outOfRange, "\(asked) is more than the machines have in all: \(Self.text(machines))", path: "bundles")
        }
        return nil
    }

    /// Whether a machine without anything on it has room for a bundle.
    static func fits(_ bundle: [String: Double], in machine: [String: Double]) -> Bool {
        bundle.allSatisfy { name, amount in
            let there = machine[name] ?? 0
            return ResourceAmounts.fits(amount, in: there, of: there)
        }
    }

    /// What machines have, in words; of many the first.
    static func text(_ machines: [[String: Double]]) -> String {
        if machines.isEmpty { return "no machine" }
        let shown = machines.prefix(8).map { ResourceAmounts.text($0) }.joined(separator: " + ")
        return machines.count > 8 ? "\(shown) + \(machines.count - 8) machines" : shown
    }
}
