import ReinCheckpoints
import ReinNetworks
import ReinPolicies
import ReinRLlib
import ReinSpaces
import ReinTestSupport
import Testing

@Suite("Restoring a policy only to act")
struct RestoringToActTests {
    @Test("It acts bit for bit as the whole policy, from memory and from files", arguments: ActingKind.all)
    func acts(kind: ActingKind) throws {
        let whole = kind.policy
        let deeds = ActingKind.deeds(of: whole)
        let isFinite = deeds.outputs.joined().allSatisfy(\.isFinite)
        try #require(isFinite)
        let trimmed = whole.forActing
        #expect(ActingKind.deeds(of: trimmed) == deeds)
        #expect(try Policy(restoringToAct: whole.state) == trimmed)
        try withTemporaryDirectory { directory in
            for format in CheckpointFormat.allCases {
                let path = "\(directory)/\(format.rawValue)"
                try whole.save(to: path, format: format)
                let restored = try Policy(restoringToAct: path)
                #expect(restored == trimmed)
                #expect(ActingKind.deeds(of: restored) == deeds)
                #expect(try Policy(restoringToAct: Checkpoint(directory: path)) == trimmed)
            }
        }
    }

    @Test("It holds what acting needs, and nothing else", arguments: ActingKind.all)
    func holds(kind: ActingKind) throws {
        let (whole, trimmed) = (kind.policy, try Policy(restoringToAct: kind.policy.state))
        #expect(trimmed.learnerState == nil && trimmed.foreignState == nil && trimmed.rewardScaler == nil)
        #expect(trimmed.noise == nil && !trimmed.form.hasNoise)
        #expect(trimmed.observationNormalizer == whole.observationNormalizer)
        #expect(trimmed.explorationRate == whole.explorationRate && trimmed.maskWidth == whole.maskWidth)
        if whole.distribution.isDueling {
            #expect(trimmed.network == whole.network)
        } else {
            #expect(trimmed.network.value == nil && trimmed.network.valueCore == nil)
            #expect(trimmed.network.architecture.value == .none)
            #expect(trimmed.network.parameters == Array(whole.network.parameters[whole.network.policyRange]))
        }
        // It is a policy like others: it can be saved, restored and trimmed again.
        #expect(try Policy(restoring: trimmed.state) == trimmed)
        #expect(trimmed.forActing == trimmed)
    }

    @Test("A policy of RLlib's is restored to act", arguments: RLlibFixture.names + RLlibFixture.actingOnly)
    func foreign(name: String) throws {
        let path = try "\(RLlibFixture.directory)/\(name)"
        let whole = try Policy(restoring: path)
        let trimmed = try Policy(restoringToAct: path)
        #expect(trimmed == whole.forActing && trimmed.foreignState == nil)
        let observation = [Float](repeating: 0.25, count: whole.observationSpace.count)
        #expect(trimmed.outputs(for: observation) == whole.outputs(for: observation))
    }

    @Test("What acting needs must be right, and what it does not need is not looked at")
    func damage() throws {
        let kind = ActingKind.all[0]
        guard case .map(var state) = kind.policy.state, case .map(var network)? = state["network"],
            case .map(var parameters)? = network["parameters"]
        else { return #expect(Bool(false)) }
        func changed(_ key: String, _ value: StateTree) -> StateTree {
            parameters[key] = value
            network["parameters"] = .map(parameters)
            state["network"] = .map(network)
            return .map(state)
        }
        let saved = parameters["policy"] ?? .null
        #expect(try Policy(restoringToAct: changed("value", .null)) == kind.policy.forActing)
        let missing = #expect(throws: StateError.self) {
            try Policy(restoringToAct: changed("policy", ["0": .null]))
        }
        #expect(missing?.path.hasPrefix("network/parameters/policy") == true)
        _ = changed("policy", saved)
        let stranger = #expect(throws: StateError.self) { try Policy(restoringToAct: changed("trunk", ["0": .null])) }
        #expect(stranger?.code == .unknownKey)
    }
}
