import Foundation
import ReinCheckpoints
import Testing

@Suite("Trees inside codable values")
struct TreeCodingTests {
    private struct Holder: Codable, Equatable {
        var name: String
        var tree: StateTree
        var maybe: StateTree?
    }

    @Test("Our coders take any tree as it is")
    func exact() throws {
        let trees: [StateTree] = [
            nil, true, 3, 0.1, "text", .bytes([1, 2]), .tensor(StateTensor([1, 2] as [Float], shape: [2])), [1, [2.5]],
            ["b": 1, "a": ["c": nil]], .double(.nan),
        ]
        for tree in trees {
            let holder = Holder(name: "x", tree: tree, maybe: nil)
            let encoded = StateEncoder().encode(holder)
            #expect(try StateReader(encoded).child("tree").tree == tree)
            #expect(try StateDecoder().decode(Holder.self, from: encoded) == holder)
        }
    }

    @Test("Others write what JSON has words for, and refuse the rest")
    func otherCoders() throws {
        let holder = Holder(name: "x", tree: ["a": [1, 2.5, true, nil, "t"], "b": ["c": -7]], maybe: 4)
        let data = try JSONEncoder().encode(holder)
        let read = try JSONDecoder().decode(Holder.self, from: data)
        let reader = StateReader(read.tree)
        #expect(try reader.child("a").tree == [1, 2.5, true, nil, "t"])
        #expect(try reader.child("b").int("c") == -7)
        #expect(read.maybe == 4)
        let bytes = Holder(name: "x", tree: .bytes([1]), maybe: nil)
        #expect(throws: EncodingError.self) { try JSONEncoder().encode(bytes) }
    }
}
