import ReinCheckpoints
import Testing

/// Reads a number deep in a state.
enum StateReaderProbe {
    static func int(_ state: StateTree, _ list: String, _ index: Int, _ keys: String...) throws -> Int {
        var reader = try StateReader(state).child(list).list()[index]
        for key in keys.dropLast() { reader = try reader.child(key) }
        return Int(try reader.int(try #require(keys.last)))
    }
}
