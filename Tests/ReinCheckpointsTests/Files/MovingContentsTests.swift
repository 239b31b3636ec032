import Foundation
import ReinTestSupport
import Testing

@testable import ReinCheckpoints

@Suite struct MovingContentsTests {
    @Test("what is in a directory that cannot be removed stays there")
    func stays() throws {
        try withTemporaryDirectory { folder in
            for name in ["source/sub", "target"] {
                try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            }
            // A directory is not removed by the name of a link to it.
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/link", withDestinationPath: "\(folder)/source")
            let error = #expect(throws: StateError.self) {
                try LocalFile.moveContents(of: "\(folder)/link", to: "\(folder)/target")
            }
            #expect(error?.path == "\(folder)/link")
            #expect(try LocalFile.names(in: "\(folder)/source") == ["sub"])
            #expect(try LocalFile.names(in: "\(folder)/target").isEmpty)
            try LocalFile.moveContents(of: "\(folder)/source", to: "\(folder)/target")
            #expect(try LocalFile.names(in: "\(folder)/target") == ["sub"])
            #expect(try !LocalFile.exists("\(folder)/source"))
        }
    }
}
