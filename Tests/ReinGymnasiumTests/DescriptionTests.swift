import ReinCheckpoints
import ReinSpaces
import Testing

@testable import ReinGymnasium

/// What workers say of their environments.
@Suite struct DescriptionTests {
    private let good = #"""
        {"agents": [{"name": "", "maskWidth": 3, "maskSource": "info", "observation": [
            {"path": ["pose"], "kind": "box", "shape": [2, 2], "low": [0, -1.5, null, 1e39], "high": null},
            {"path": ["flags", "0"], "kind": "binary", "shape": [2]},
            {"path": ["mode"], "kind": "oneHot", "counts": [2, 3], "starts": [0, -1]}],
            "action": {"kind": "discrete", "counts": [3], "starts": [-1]}}],
         "several": false, "turns": false, "timeLimit": 200, "rewardThreshold": 1.5, "stepSeconds": 2e-5,
         "id": "A-v1", "interpreter": "/p", "versions": {"python": "3.12"}, "notes": ["old"]}
        """#

    private func read(_ text: String) throws -> WorkerDescription {
        try WorkerDescription(StateReader(JSON.parse(text)))
    }

    @Test("Parts lie side by side, with their bounds")
    func parts() throws {
        let text = good.replacing("1e39", with: "7")
        let description = try read(text)
        let agent = description.agents[0]
        #expect(agent.observationSpace.count == 11 && agent.observationSpace.shape == [11])
        #expect(Array(agent.observationSpace.low[..<5]) == [0, -1.5, -.infinity, 7, 0])
        #expect(Array(agent.observationSpace.high[3...]) == [.infinity, 1, 1, 1, 1, 1, 1, 1])
        #expect(agent.parts.map(\.width) == [4, 2, 5])
        #expect(agent.observationEncoding.parts == agent.parts.map(\.part) && agent.observationEncoding.width == 11)
        #expect(agent.actionSpace == .discrete(Discrete(3, start: -1)))
        #expect(agent.maskSource == .info && agent.maskWidth == 3)
        #expect(description.timeLimit == 200 && description.rewardThreshold == 1.5 && description.replaysEpisodes)
        #expect(description.versions["python"] == "3.12" && description.notes == ["old"])
        #expect(description.hasSameSpaces(as: try read(text.replacing("200", with: "300"))))
        #expect(!description.hasSameSpaces(as: try read(text.replacing("[0, -1]", with: "[0, 0]"))))
    }

    @Test(
        "What cannot be true is refused, with its place, before anything is made of it",
        arguments: [
            (#""agents": ["#, #""agents": [], "x": ["#, "agents"),
            (#""shape": [2, 2]"#, #""shape": [2, 3]"#, "agents/0/observation/0/low"),
            (#""shape": [2, 2]"#, #""shape": [-2, -2]"#, "agents/0/observation/0/shape"),
            (#""shape": [2, 2]"#, #""shape": [4294967296, 4294967296, 4]"#, "agents/0/observation/0/shape"),
            (#""shape": [2]"#, #""shape": [100000000]"#, "agents/0/observation/1/shape"),
            (#""shape": [2]"#, #""shape": [67108864]"#, "agents/0/observation/1"),
            (#""counts": [2, 3]"#, #""counts": [2, 0]"#, "agents/0/observation/2/counts"),
            (#""counts": [2, 3]"#, #""counts": [2, 9223372036854775807]"#, "agents/0/observation/2/counts"),
            (#""counts": [2, 3]"#, #""counts": [2]"#, "agents/0/observation/2"),
            (#""counts": [3]"#, #""counts": [99999999]"#, "agents/0/action/counts"),
            (#""counts": [3]"#, #""counts": [4]"#, "agents/0/maskWidth"),
            (#""starts": [-1]"#, #""starts": [9223372036854775806]"#, "agents/0/action/starts"),
            (#""high": null"#, #""high": -2"#, "agents/0/observation"),
            (#""kind": "binary""#, #""kind": "sound""#, "agents/0/observation/1/kind"),
            (#""maskSource": "info""#, #""maskSource": "luck""#, "agents/0/maskSource"),
            (#""timeLimit": 200"#, #""timeLimit": 0"#, "timeLimit"),
            (#""several": false"#, #""several": 0"#, "several"), (#""notes": ["old"]"#, #""notes": [1]"#, "notes/0"),
        ])
    func refusals(old: String, new: String, path: String) throws {
        let text = good.replacing("1e39", with: "7").replacing(old, with: new)
        let error = #expect(throws: StateError.self) { try read(text) }
        #expect(error?.path == path, "\(String(describing: error))")
    }

    @Test("Every prefix and every changed byte of an answer is read or refused")
    func mutations() throws {
        let bytes = Array(good.replacing("1e39", with: "7").utf8)
        var read = 0
        for place in bytes.indices {
            for byte in [UInt8(ascii: "-"), UInt8(ascii: "9"), UInt8(ascii: "\""), UInt8(ascii: "[")] {
                var changed = bytes
                changed[place] = byte
                if let tree = try? JSON.parse(changed), (try? WorkerDescription(StateReader(tree))) != nil { read += 1 }
            }
        }
        #expect(read > 0)
    }
}
