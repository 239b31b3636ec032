import Testing

@testable import ReinCheckpoints

@Suite("Files are written piece by piece")
struct StreamingTests {
    /// Notes where pieces lie in memory.
    final class NotingSink: ByteSink {
        private(set) var bytes: [UInt8] = []
        private(set) var places: [UnsafeRawPointer?] = []

        func write(_ bytes: UnsafeRawBufferPointer) {
            self.bytes.append(contentsOf: bytes)
            places.append(bytes.baseAddress)
        }
    }

    /// Tensors around the size from which on they are not copied.
    static let tree: StateTree = .map(
        StateMap(
            uniqueEntries: [1, 3, 65_535, 65_536, 65_537, 200_000, 0, 2].map { count in
                ("\(count)", .tensor(SampleTrees.tensor(.uint8, [count])))
            }))

    @Test("The pieces are those of the whole", arguments: CheckpointFormat.allCases)
    func pieces(format: CheckpointFormat) throws {
        for tree in [Self.tree, SampleTrees.everything, nil, .string(String(repeating: "x", count: 100_000))]
            as [StateTree]
        {
            let sink = NotingSink()
            try format.encode(StateFile(tree), to: sink)
            #expect(sink.bytes == (try format.codec.encode(tree)))
            #expect(try format.codec.decode(sink.bytes) == tree)
        }
    }

    @Test("Large tensors are written from where they lie", arguments: CheckpointFormat.allCases)
    func noCopy(format: CheckpointFormat) throws {
        let memory = [Float](repeating: 1.5, count: 100_000)
        let tensor = StateTensor(memory, shape: [100_000])
        let sink = NotingSink()
        try format.encode(StateFile(["a": .tensor(tensor), "b": 1]), to: sink)
        tensor.withUnsafeBytes { #expect(sink.places.contains($0.baseAddress)) }
    }

    @Test("A file has the bytes that were written, and their checksum", arguments: CheckpointFormat.allCases)
    func file(format: CheckpointFormat) throws {
        let directory = try TemporaryDirectory()
        let file = try Directory(opening: directory.path).create("file")
        try format.encode(StateFile(Self.tree), to: file)
        let (size, sha256) = try file.finish()
        let bytes = try readFile(directory.path("file")).array
        #expect(bytes == (try format.codec.encode(Self.tree)))
        #expect(size == bytes.count && sha256 == Checksum.hexadecimal(bytes))
        #expect(throws: StateError.self) { try Directory(opening: directory.path).create("file") }
    }

    @Test("Shared memory is not copied, and lives as long as bytes of it")
    func sharedMemory() throws {
        final class Owner: Sendable {
            let memory = StateBytes([1, 2, 3, 4])
        }
        var owner: Owner? = Owner()
        let isReleased = { [weak owner] in owner == nil }
        var part: StateBytes?
        try #require(owner).memory.withUnsafeBytes { memory in
            guard let owner else { return }
            let shared = StateBytes(sharing: memory, of: owner)
            shared.withUnsafeBytes { #expect($0.baseAddress == memory.baseAddress) }
            part = shared[1..<3]
        }
        owner = nil
        #expect(!isReleased())
        #expect(part?.array == [2, 3])
        part = nil
        #expect(isReleased())
    }
}
