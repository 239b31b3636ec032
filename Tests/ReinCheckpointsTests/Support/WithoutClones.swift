import Testing

@testable import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The number of a file on its disk, nil when there is none.
func inode(_ path: String) -> ino_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_ino : nil
}

/// Lets writers share files as links only, which can be seen.
struct WithoutClones: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await CheckpointWriter.$clonesFiles.withValue(false) { try await function() }
    }
}

extension Trait where Self == WithoutClones {
    static var withoutClones: Self { Self() }
}
