import ReinCheckpoints
import ReinEnvironments
import ReinPolicies
import ReinTestSupport
import Testing

@testable import ReinInterop

@Suite("Damaged agents of Stable-Baselines3")
struct StableBaselines3DamageTests {
    @Test("An agent that is cut short anywhere is refused")
    func truncation() throws {
        let bytes = try RecordedAgents.committed().bytes("ppo_one_hot.zip")
        for count in bytes.indices {
            #expect(throws: StateError.self) { try StableBaselines3Agent(ZipArchive(Array(bytes.prefix(count)))) }
        }
    }

    @Test("An agent with a changed byte is refused, or gives a policy that acts")
    func changes() throws {
        let bytes = try RecordedAgents.committed().bytes("ppo_one_hot.zip")
        // Checksums guard the entries; every byte of the directory at the end counts.
        let directory = bytes.count - 400
        for index in bytes.indices where index >= directory || index.isMultiple(of: 7) {
            var damaged = bytes
            damaged[index] ^= UInt8(1 << (index % 8))
            guard let agent = try? StableBaselines3Agent(ZipArchive(damaged)) else { continue }
            _ = agent.policy.action(for: [0, 1, 0, 0, 0])
        }
    }

    @Test("Statistics that are cut short anywhere are refused, and changed ones refused or sane")
    func statistics() throws {
        let bytes = try RecordedAgents.committed().bytes("ppo_continuous.pkl")
        for count in bytes.indices {
            #expect(throws: StateError.self) { try StableBaselines3Normalization(Array(bytes.prefix(count))) }
        }
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= UInt8(1 << (index % 8))
            guard let normalizer = try? StableBaselines3Normalization(damaged).observationNormalizer else { continue }
            var row = [Float](repeating: 1, count: normalizer.width)
            row.withUnsafeMutableBufferPointer { row in
                guard let base = row.baseAddress else { return }
                normalizer.apply(rows: 1, from: base, into: base)
            }
        }
    }

    @Test("A pickle of tensors with a changed byte is refused, or gives a policy that acts")
    func tensors() throws {
        let agent = try RecordedAgents.committed().bytes("ppo_one_hot.zip")
        let tensors = try ZipArchive(agent).read("policy.pth", limit: 1 << 20)
        let pickle = try ZipArchive(tensors).read("archive/data.pkl", limit: 1 << 20)
        let whole = try ZipFile.entries(tensors)
        for index in pickle.indices where index.isMultiple(of: 2) {
            var damaged = pickle
            damaged[index] ^= UInt8(1 << (index / 2 % 8))
            let archive = try ZipFile.bytes(
                whole.map { ($0.name, $0.name == "archive/data.pkl" ? damaged : $0.contents) })
            guard let read = try? TorchArchive(archive) else { continue }
            for name in read.names { _ = try? read.floats(name, shape: [4]) }
        }
        for count in pickle.indices {
            #expect(throws: StateError.self) { try PickleReader.read(Array(pickle.prefix(count)), globals: []) }
        }
    }

    @Test("Agents of other kinds with a changed byte are refused, or give policies that act")
    func otherAgents() throws {
        let agents = [
            (try RecordedAgents.committed(), "td3"), (try RecordedAgents.committed(), "ppo_expln_squashed"),
            (try RecordedAgents.version1(), "ppo_uneven_shared"),
        ]
        for (recorded, name) in agents {
            let entries = try ZipFile.entries(try recorded.bytes("\(name).zip"))
            let data = try #require(entries.first { $0.name == "data" }).contents
            for index in data.indices where index.isMultiple(of: 61) {
                var damaged = data
                damaged[index] ^= UInt8(1 << (index % 7))
                let archive = try ZipFile.bytes(entries.map { ($0.name, $0.name == "data" ? damaged : $0.contents) })
                guard let policy = try? StableBaselines3Agent(ZipArchive(archive)).policy else { continue }
                _ = policy.action(for: [Float](repeating: 1, count: policy.observationSpace.count))
            }
        }
    }

    @Test("Spaces with a changed byte are refused, or possible", arguments: ["gymnasium", "gym"])
    func spaces(package: String) throws {
        let recorded = try package == "gym" ? RecordedAgents.version1() : .committed()
        let name = package == "gym" ? "td3" : "sac"
        let archive = try AgentArchive(ZipArchive(try recorded.bytes("\(name).zip")))
        guard case .map(let space)? = archive.data["action_space"],
            case .string(let text)? = space[":serialized:"], let pickle = Base64.bytes(text)
        else { return }
        #expect(pickle.count > 300)
        for index in pickle.indices {
            var damaged = pickle
            damaged[index] ^= UInt8(1 << (index % 8))
            guard let document = try? PickleReader.read(damaged, globals: StableBaselines3Globals.spaces) else {
                continue
            }
            _ = try? AgentSpaces.actions(PickleView(document, path: ""))
            _ = try? AgentSpaces.observations(PickleView(document, path: ""))
        }
    }

    /// The part of a pickle that makes a tensor in storage 0.
    private static func tensor(_ offset: Int64, _ size: [Int64], _ stride: [Int64], _ count: Int64) -> [UInt8] {
        let storage =
            PickleBytes.tuple([
                PickleBytes.text("storage"), PickleBytes.global("torch", "FloatStorage"), PickleBytes.text("0"),
                PickleBytes.text("cpu"), PickleBytes.integer(count),
            ]) + PickleBytes.persistentIdentifier
        return PickleBytes.global("torch._utils", "_rebuild_tensor_v2")
            + PickleBytes.tuple([
                storage, PickleBytes.integer(offset), PickleBytes.tuple(size.map(PickleBytes.integer)),
                PickleBytes.tuple(stride.map(PickleBytes.integer)),
            ]) + PickleBytes.reduce
    }

    @Test("A storage that is much larger than a tensor in it, or compressed, is refused")
    func storages() throws {
        for (count, isCompressed, code) in [
            (1, false, nil), (4, false, nil), (8, false, .malformed), (1, true, .unsupportedFormat),
        ] as [(Int, Bool, StateError.Code?)] {
            let pickle =
                PickleBytes.emptyDictionary + PickleBytes.text("one") + Self.tensor(0, [1], [1], Int64(count))
                + PickleBytes.setItem + PickleBytes.stop
            let numbers = [UInt8](repeating: 0, count: 4 * count)
            let bytes = try ZipFile.bytes(
                [("archive/data.pkl", pickle), ("archive/data/0", numbers)], isCompressed: isCompressed)
            let error = stateError { _ = try TorchArchive(bytes).floats("one", shape: [1]) }
            #expect(error?.code == code, "\(count)")
            if code == .malformed { #expect(error?.path == "one") }
        }
    }

    @Test("A tensor that claims more numbers than its storage has is refused")
    func tensorBombs() throws {
        let bombs: [(offset: Int64, size: [Int64], stride: [Int64], count: Int64)] = [
            (0, [1 << 40], [0], 1), (0, [1 << 40, 1 << 40], [0, 0], 1), (0, [2], [1], 1), (1, [1], [1], 1),
            (-1, [1], [1], 4), (0, [-1], [1], 4), (0, [2], [-1], 4), (0, [2], [.max], 4), (.max, [1], [1], 4),
            (0, [1], [1], 1 << 40), (0, [2], [1, 1], 4), (0, [1], [1], -1), (.max, [2], [1], 4),
        ]
        for bomb in bombs + [(0, [2, 2], [2, 1], 4)] {
            let tensor = Self.tensor(bomb.offset, bomb.size, bomb.stride, bomb.count) + PickleBytes.stop
            let view = PickleView(
                try PickleReader.read(
                    tensor, globals: ["torch.FloatStorage", "torch._utils._rebuild_tensor_v2"],
                    allowsPersistentIdentifiers: true), path: "")
            let error = stateError { _ = try TorchTensor(view) }
            #expect((error == nil) == (bomb.size == [2, 2]), "\(bomb)")
        }
    }
}
