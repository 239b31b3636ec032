import Foundation
import ReinCheckpoints
import Testing

/// A recording, read with our own JSON.
enum Fixture {
    static func named(_ name: String) throws -> StateReader {
        let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
        return StateReader(try JSON.parse(Array(Data(contentsOf: url))), path: name)
    }
}
