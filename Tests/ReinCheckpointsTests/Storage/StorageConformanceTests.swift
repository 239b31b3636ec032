import ReinCheckpoints
import ReinTestSupport
import Testing

struct StorageConformanceTests {
    @Test("memory: does what every storage does", arguments: StorageCheck.all)
    func memory(_ check: StorageCheck) throws {
        let name = "conformance-\(Self.names.next())"
        defer { MemoryStorage.removeAll(name) }
        try check.run(on: StorageSchemes.storage(at: "memory://\(name)"))
        try check.run(on: StorageSchemes.storage(at: "memory://\(name)/some/folder"))
    }

    @Test("file: does what every storage does", arguments: StorageCheck.all)
    func file(_ check: StorageCheck) throws {
        let directory = try TemporaryDirectory()
        try check.run(on: StorageSchemes.storage(at: StorageURI(file: directory.path("a b%/c"))))
        #expect(directory.names.allSatisfy { $0 == "a b%" })
    }

    private static let names = Counter()
}
