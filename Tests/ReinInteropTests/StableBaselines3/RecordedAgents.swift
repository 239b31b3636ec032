import Foundation
import ReinCheckpoints
import ReinEnvironments
import ReinNetworks
import ReinPolicies
import Testing

@testable import ReinInterop

/// What Stable-Baselines3 computed with some agents, recorded by Tests/Interoperability/make_stable_baselines3_fixtures.py.
struct RecordedAgents {
    let directory: String
    let recording: StateReader

    init(directory: String) throws {
        self.directory = directory
        let data = try Data(contentsOf: URL(fileURLWithPath: directory + "/expected.json"))
        recording = StateReader(try JSON.parse([UInt8](data)))
    }

    /// The recording in this repository.
    static func committed() throws -> RecordedAgents { try committed("StableBaselines3") }

    /// The recording in this repository of what version 1.6.2 made.
    static func version1() throws -> RecordedAgents { try committed("StableBaselines3Version1") }

    private static func committed(_ name: String) throws -> RecordedAgents {
        let resources = try #require(Bundle.module.resourcePath)
        return try RecordedAgents(directory: resources + "/Fixtures/\(name)")
    }

    /// The path of a file of the recording.
    func path(_ name: String) -> String { "\(directory)/\(name)" }

    /// The bytes of a file of the recording.
    func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name)))) }

    /// Opens every agent and compares what it computes.
    func checkAgents(count: Int) throws {
        let agents = try recording.list("agents")
        #expect(agents.count == count)
        for agent in agents { try check(agent) }
    }

    private func check(_ expected: StateReader) throws {
        let name = try expected.string("file")
        let agent = try StableBaselines3Agent(
            opening: path(name),
            normalization: try expected.optionalChild("normalization").map { path(try $0.string()) })
        let policy = agent.policy
        #expect(agent.method.description == (try expected.string("method")), "\(name)")
        let rows = try expected.list("rows").map { try $0.numbers().map { Float($0) } }
        let actions = try expected.list("actions").map { try $0.numbers() }
        let outputs = try expected.list("outputs").map { try $0.numbers() }
        let masks = try expected.optionalChild("masks")?.list().map { try $0.list().map { try $0.bool() } }
        let maskedActions = try expected.optionalChild("masked_actions")?.list().map { try $0.numbers() } ?? []
        let inference = PolicyInference(policy)
        #expect(policy.masksActions == (masks != nil), "\(name)")
        for (index, row) in rows.enumerated() {
            #expect(distance(policy.outputs(for: row), outputs[index]) < 1e-5, "\(name), row \(index)")
            #expect(Self.isAction(policy.action(for: row), actions[index]), "\(name), row \(index)")
            var action = [Float](repeating: 0, count: actions[index].count)
            inference.act(observations: row, into: &action)
            #expect(distance(action, actions[index]) < 1e-5, "\(name), row \(index), in a batch")
            guard let masks else { continue }
            let masked = policy.action(for: row, mask: masks[index])
            #expect(Self.isAction(masked, maskedActions[index]), "\(name), row \(index), masked")
        }
        if agent.hasValueNetwork {
            let values = try expected.child("values").numbers()
            for (row, value) in zip(rows, values) {
                #expect(distance([Self.value(policy, row)], [value]) < 1e-5, "\(name)")
            }
        }
    }

    /// Whether an action is the expected one, up to 1e-5 where it is continuous.
    private static func isAction(_ action: Action, _ expected: [Double]) -> Bool {
        switch action {
        case .discrete(let action): [Double(action)] == expected
        case .multiDiscrete(let choices): choices.map(Double.init) == expected
        case .continuous(let action): distance(action, expected) < 1e-5
        }
    }

    /// Opens every `VecNormalize` and compares what it computes.
    func checkNormalizations(count: Int) throws {
        let normalizations = try recording.list("normalizations")
        #expect(normalizations.count == count)
        let none = try StableBaselines3Normalization(opening: path("none.pkl"))
        #expect(none.observationNormalizer == nil)
        #expect(none.rewardScaler == nil)
        for expected in normalizations {
            let name = try expected.string("file")
            let normalization = try StableBaselines3Normalization(opening: path(name))
            let normalizer = try #require(normalization.observationNormalizer)
            let normalized = try expected.list("normalized").map { try $0.numbers() }
            for (index, observation) in try expected.list("observations").enumerated() {
                var row = try observation.numbers().map { Float($0) }
                row.withUnsafeMutableBufferPointer { row in
                    guard let base = row.baseAddress else { return }
                    normalizer.apply(rows: 1, from: base, into: base)
                }
                #expect(distance(row, normalized[index]) < 1e-5, "\(name), row \(index)")
            }
            let scaler = try #require(normalization.rewardScaler)
            var rewards = try expected.child("rewards").numbers().map { Float($0) }
            scaler.apply(to: &rewards, count: rewards.count)
            #expect(distance(rewards, try expected.child("scaled").numbers()) < 1e-5, "\(name)")
        }
    }

    /// The state value of a raw observation.
    private static func value(_ policy: Policy, _ row: [Float]) -> Float {
        var row = row
        let network = policy.network
        let workspace = ActorCriticWorkspace(for: network, rows: 1, training: false)
        return row.withUnsafeMutableBufferPointer { row in
            network.parameters.withUnsafeBufferPointer { parameters in
                guard let row = row.baseAddress, let parameters = parameters.baseAddress else { return .nan }
                policy.observationNormalizer?.apply(rows: 1, from: row, into: row)
                return network.values(rows: 1, input: row, parameters: parameters, workspace: workspace)[0]
            }
        }
    }
}

extension StateReader {
    /// The numbers of the list at this place.
    fileprivate func numbers() throws -> [Double] { try list().map { try $0.double() } }
}

/// The largest difference between two lists of numbers; infinite when they are not equally long.
private func distance(_ left: [Float], _ right: [Double]) -> Double {
    guard left.count == right.count else { return .infinity }
    return zip(left, right).map { abs(Double($0) - $1) }.max() ?? 0
}
