import Testing

@testable import ReinCheckpoints

@Suite("The faces of checkpoints with files by which other programs run policies")
struct ModelFileFacesTests {
    @Test("Every face of a checkpoint has them", arguments: CheckpointFormat.allCases)
    func faces(format: CheckpointFormat) throws {
        let sample = try ModelFilesTests.Sample(format)
        for path in [sample.path, sample.path + "/policies/a"] {
            let checkpoint = try Checkpoint(directory: path)
            let dictionary = try checkpoint.dictionary()
            let files: StateTree = [
                "model.onnx": .bytes(Array("a graph".utf8)), "policy.h": .bytes(Array("a header".utf8)),
            ]
            #expect(dictionary["model"] == (path == sample.path ? ["a": files] : files))
            let memory = try Checkpoint(dictionary: dictionary)
            let bytes = try Checkpoint(bytes: checkpoint.bytes())
            #expect(memory == checkpoint)
            #expect(bytes == checkpoint)
            for (index, value) in [memory, bytes].enumerated() {
                #expect(try value.source().modelFiles(of: path == sample.path ? "a" : nil).count == 2)
                let copy = sample.directory.path("copy \(index) of \(lastComponent(of: path))")
                try value.write(to: copy, synchronizing: false)
                try CheckpointDirectory(opening: copy).verify()
                #expect(try Checkpoint(directory: copy) == checkpoint)
                if index == 1 || format == .native { #expect(try contents(copy) == contents(path)) }
                // Notes make a new directory of the same files.
                var noted = try Checkpoint(directory: copy)
                try noted.setMetadata(["return": 1])
                try CheckpointDirectory(opening: copy).verify()
                #expect(try noted.dictionary() == dictionary)
            }
        }
    }

    @Test("What somebody has put under the same name in a dictionary stays as it is")
    func namesakes() throws {
        let file: StateTree = .bytes([1, 2])
        for own: StateTree in [3, ["x": ["y": file]], ["a": ["y": 1]], ["b": file], ["model": [:]]] {
            let algorithm: StateMap = ["algorithm_state": [:], "policies": ["a": ["w": 1]], "model": own]
            for dictionary in [algorithm, ["policy_state": ["w": 1], "model": own]] {
                let checkpoint = try Checkpoint(dictionary: dictionary)
                #expect(try checkpoint.dictionary() == dictionary, "\(own)")
                let directory = try TemporaryDirectory()
                try checkpoint.write(to: directory.path("c"))
                try CheckpointDirectory(opening: directory.path("c")).verify()
                #expect(try Checkpoint(directory: directory.path("c")).dictionary() == dictionary, "\(own)")
            }
        }
    }

    @Test("Those of other programs, which list nothing, are there as well")
    func foreign() throws {
        let sample = try ModelFilesTests.Sample(.msgpack)
        for manifest in [sample.path, sample.path + "/policies/a", sample.path + "/policies/b"] {
            try overwrite(
                manifest + "/rllib_checkpoint.json",
                Array(#"{"type": "\#(manifest == sample.path ? "Algorithm" : "Policy")", "format": "msgpack"}"#.utf8))
        }
        let checkpoint = try sample.open()
        #expect(try checkpoint.verify() == .none)
        #expect(try checkpoint.modelFiles(of: "a").map(\.name) == ["model.onnx", "policy.h"])
        #expect(try checkpoint.modelFiles(of: "b").isEmpty)
    }
}
