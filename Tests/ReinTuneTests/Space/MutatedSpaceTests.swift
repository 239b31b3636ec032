import ReinCheckpoints
import ReinTestSupport
import ReinTune
import Testing

@Suite struct MutatedSpaceTests {
    private static let text = """
        {"a":{"grid":[1,{"uniform":[0,1]},"x"]},"b":[{"grid":[1,2]},3],"c":{"logUniform":[0.5,1],"step":0.5},
         "d":{"int":[0,40],"step":20},"e":{"logInt":[1,9]},"f":{"normal":[0,1],"step":0.5},
         "g":{"choice":["a",2],"weights":[1,2.5]},"h":{"cases":{"x":{"i":{"uniform":[0,1]}},"y":{}}},
         "j":{"cases":[{"value":1},{"value":2,"brings":{"k":3}}],"weights":[1,3]},"l":{"constant":{"grid":[1]}},
         "m":{"derived":"product","of":["d",2]},"n":{"derived":"lookup","of":["g"],"with":{"a":1,"2":"m"}}}
        """

    @Test("a changed space is read, or refused, and what was read is written and expanded or refused")
    func mutations() throws {
        _ = try VariantSequence(of: SearchSpace(Self.text)).variant(at: 0)
        var mutations = ByteMutations(seed: 17, marks: #"{}[]",:0123456789.-e"gridcaseswithof"#)
        var (read, expanded) = (0, 0)
        for _ in 0..<4000 {
            let bytes = mutations.mutated(Self.text)
            guard let tree = try? JSON.parse(bytes), let space = try? SearchSpace(from: tree) else { continue }
            read += 1
            let again = try SearchSpace(from: space.tree())
            guard let variants = try? VariantSequence(of: space, numSamples: 2) else { continue }
            expanded += 1
            let others = try VariantSequence(of: again, numSamples: 2)
            let count = try #require(variants.count)
            #expect(others.count == count)
            for index in Set([0, count / 2, count - 1]) {
                let variant = try? variants.variant(at: index)
                #expect(variant == (try? others.variant(at: index)))
            }
        }
        #expect(read > 100 && expanded > 50)
    }
}
