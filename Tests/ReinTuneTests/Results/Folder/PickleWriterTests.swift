import ReinCheckpoints
import Testing

@testable import ReinTune

struct PickleWriterTests {
    private static func digits(_ tree: StateTree) -> String { PickleWriter.hexadecimal(of: .data(tree)) }

    @Test("Data are pickled with the operations of protocol 2")
    func data() {
        let cases: [(StateTree, String)] = [
            (.null, "4e"), (true, "88"), (false, "89"), (1, "4a01000000"), (-2, "4afeffffff"),
            (.int(Int64(Int32.min)), "4a00000080"), (.int(1 << 31), "8a080000008000000000"),
            (.int(.min), "8a080000000000000080"), (1.5, "473ff8000000000000"),
            (.double(-.infinity), "47fff0000000000000"),
            ("é\n", "5803000000c3a90a"), ([], "5d"), ([.null, true], "5d284e8865"), ([:], "7d"),
            (["a": [:]], "7d285801000000617d75"), (.bytes([1]), "580400000041513d3d"),
            (.tensor(StateTensor([1] as [Float], shape: [1])), "5d28473ff000000000000065"),
        ]
        for (tree, body) in cases { #expect(Self.digits(tree) == "8002\(body)2e") }
    }

    @Test("Objects are made without arguments and get their attributes")
    func object() {
        let value = PickledValue.object(
            PickledClass(module: "m.n", name: "C"),
            [("a", .list([.data(1), .object(.init(module: "m", name: "D"), [])]))])
        let inner = "4a01000000" + "636d0a440a29817d62"
        #expect(
            PickleWriter.hexadecimal(of: value) == "8002" + "636d2e6e0a430a2981" + "7d28580100000061" + "5d28\(inner)65"
                + "75622e")
    }
}
