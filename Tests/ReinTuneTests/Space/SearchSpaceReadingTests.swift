import ReinCheckpoints
import ReinTune
import Testing

@Suite struct SearchSpaceReadingTests {
    @Test(
        "what cannot be is refused with its place",
        arguments: [
            (
                #"{"a": {"uniform": [0, 1], "setp": 0.1}}"#,
                "a/setp: there is no such key; did you mean \"step\"? Known keys: uniform, step"
            ),
            (#"{"a": {"uniform": [0, 1], "weights": [1]}}"#, "a/weights: there is no such key"),
            (#"{"a": {"unifrom": [0, 1]}}"#, "a/unifrom: did you mean \"uniform\"?"),
            (#"{"a": {"loguniform": [0, 1]}}"#, "a/loguniform: did you mean \"logUniform\"?"),
            (#"{"a": {"grid_search": [1, 2]}}"#, "a/grid_search: did you mean \"grid\"?"),
            (#"{"m": {"a": {"randint": [0, 5], "step": 1}}}"#, "m/a/randint: did you mean \"int\"?"),
            (#"{"a": {"grid": [1], "choice": [1]}}"#, "a: both \"grid\" and \"choice\" are there"),
            (#"{"a": {"uniform": 3}}"#, "a/uniform: expected list, found integer 3"),
            (#"{"a": {"uniform": [0]}}"#, "a/uniform: expected 2 numbers, found 1"),
            (#"{"a": {"uniform": [0, "1"]}}"#, "a/uniform/1: expected number, found string \"1\""),
            (#"{"a": {"uniform": [0, 1], "step": "x"}}"#, "a/step: expected number, found string \"x\""),
            (#"{"a": {"int": [0, 1.0]}}"#, "a/int/1: expected integer, found double 1.0"),
            (#"{"a": {"int": [0, 9], "step": 0}}"#, "a/int: the step 0 has to be above 0"),
            (#"{"a": {"int": [0, 9007199254740993]}}"#, "a/int: the bounds 0 and 9007199254740993 are beyond 2^53"),
            (#"{"a": {"normal": [0, -1]}}"#, "a/normal: the deviation -1.0 has to be above 0"),
            (#"{"a": [1, {"logUniform": [1, 0]}]}"#, "a/1/logUniform: the bounds are reversed: 1.0 is more than 0.0"),
            (#"{"a": {"choice": "abc"}}"#, "a/choice: expected list, found string \"abc\""),
            (#"{"a": {"choice": [1, 2], "weights": [1]}}"#, "a/choice: 2 values have 1 weights"),
            (
                #"{"a": {"choice": [1, 2], "weights": [1, -1]}}"#,
                "a/choice: weights are finite, not negative, and not all 0"
            ),
            (#"{"a": {"choice": [1, {"x": [{"uniform": [0, 1]}]}]}}"#, "a/choice/1: a value to choose holds no grids"),
            (#"{"a": {"grid": [1, {"uniform": [1, 0]}]}}"#, "a/grid/1/uniform: the bounds are reversed"),
            (#"{"a": {"cases": 3}}"#, "a/cases: expected a map of names to keys or a list of cases, found integer 3"),
            (#"{"a": {"cases": {}}}"#, "a/cases: there is nothing to choose from"),
            (#"{"a": {"cases": [{"value": 1}, {"value": 1}]}}"#, "a/cases: two cases have the value integer 1"),
            (#"{"a": {"cases": [{"valeu": 1}]}}"#, "a/cases/0/valeu: there is no such key; did you mean \"value\"?"),
            (#"{"a": {"cases": [{"brings": {}}]}}"#, "a/cases/0/value: required, but missing"),
            (#"{"a": {"cases": {"x": {"b": {"uniform": [1, 0]}}}}}"#, "a/cases/x/b/uniform: the bounds are reversed"),
            (
                #"{"a": {"derived": "prodct", "of": []}}"#,
                "a: there is no function \"prodct\"; did you mean \"product\"?"
            ),
            (#"{"a": {"derived": "ratio", "of": [1]}}"#, "a/of: \"ratio\" takes 2, not 1"),
            (#"{"a": {"derived": "sum"}}"#, "a/of: required, but missing"),
            (#"{"a": {"derived": "sum", "of": [1], "with": {"x": 1}}}"#, "a/with/x: there is no such key"),
            (#"{"a": {"derived": "sum", "of": [1], "with": 3}}"#, "a/with: expected map, found integer 3"),
            ("[1]", "expected map, found list"),
        ])
    func refused(_ text: String, _ message: String) throws {
        #expect(try #require(fault { _ = try SearchSpace(text) }).hasPrefix(message))
    }

    @Test("NaN and infinity are no bounds, however they come in") func nonFinite() {
        for bad in [Double.nan, .infinity] {
            #expect(throws: StateError.self) { try SearchSpace(from: ["a": ["uniform": [0, .double(bad)]]]) }
            #expect(throws: StateError.self) { try SearchSpace(from: ["a": ["normal": [.double(bad), 1]]]) }
            #expect(throws: StateError.self) {
                try SearchSpace(from: ["a": ["choice": [1], "weights": [.double(bad)]]])
            }
        }
    }

    @Test(
        "what was read is written the same, and reads the same again",
        arguments: [
            #"{"a":{"grid":[1,{"uniform":[0.0,1.0]},"x",null]},"b":[{"grid":[1,2]},3]}"#,
            #"{"a":{"uniform":[0.0,1.0],"step":0.25},"b":{"logUniform":[0.1,1.0]},"c":{"logUniform":[0.5,1.0],"step":0.5}}"#,
            #"{"a":{"int":[0,4]},"b":{"int":[0,4],"step":2},"c":{"logInt":[1,9]},"d":{"normal":[0.0,1.0],"step":0.5}}"#,
            #"{"a":{"choice":[1,"x",{"k":[1]},null]},"b":{"choice":[true,false],"weights":[1.0,2.5]}}"#,
            #"{"a":{"cases":{"x":{"b":{"uniform":[0.0,1.0]}},"y":{}},"weights":[1.0,3.0]},"m":{"n":{"o":1}}}"#,
            #"{"a":{"cases":[{"value":1},{"value":2,"brings":{"b":{"cases":{"p":{"q":1},"r":{}}}}}]}}"#,
            #"{"a":2,"b":{"derived":"lookup","of":["a"],"with":{"2":"x"}},"c":{"derived":"copy","of":[{"constant":"a"}]}}"#,
            #"{"a":{"constant":{"grid":[1,2]}},"b":[{"constant":{"uniform":3}},1],"c":{"choice":[{"constant":{"int":1}}]}}"#,
            #"{"grid":[1],"normal":{"constant":{"gird":[1]}}}"#,
        ])
    func roundTrip(_ text: String) throws {
        let space = try SearchSpace(text)
        let written = try space.tree()
        #expect(JSON.text(written) == text)
        let again = try SearchSpace(from: written)
        let (first, second) = (try VariantSequence(of: space), try VariantSequence(of: again))
        #expect(first.count == second.count)
        for index in 0..<(first.count ?? 0) { #expect(try first.variant(at: index) == second.variant(at: index)) }
    }

    @Test("Swift and JSON say the same") func swift() throws {
        let space: SearchSpace = [
            "rate": .logUniform(1e-5...1e-2),
            "hidden": [.grid([32, 64]), 64],
            "width": .integers(32...512, step: 32),
            "noise": .normal(deviation: 2),
            "size": .logIntegers(1...8),
            "activation": .choice(["tanh", "relu"], weights: [1, 2]),
            "algorithm": .cases(["PPO": ["clip": .uniform(0...1, step: 0.5)], "DQN": [:]]),
            "batch": .derived("product", of: ["width", 4]),
            "nested": ["flag": true, "none": nil, "share": 0.5, "name": "x"],
        ]
        #expect(
            JSON.text(try space.tree()) == """
                {"rate":{"logUniform":[1e-05,0.01]},"hidden":[{"grid":[32,64]},64],\
                "width":{"int":[32,512],"step":32},"noise":{"normal":[0.0,2.0]},"size":{"logInt":[1,8]},\
                "activation":{"choice":["tanh","relu"],"weights":[1.0,2.0]},\
                "algorithm":{"cases":{"PPO":{"clip":{"uniform":[0.0,1.0],"step":0.5}},"DQN":{}}},\
                "batch":{"derived":"product","of":["width",4]},\
                "nested":{"flag":true,"none":null,"share":0.5,"name":"x"}}
                """)
    }

    @Test("what JSON has no words for is not written") func unwritable() {
        let closure: SearchSpace = ["m": ["a": .derived { _ in 1 }]]
        #expect(
            fault { _ = try closure.tree() }
                == "m/a: a closure cannot be written; a function that is registered has a name")
        let word: SearchSpace = ["m": ["grid": .uniform(0...1)]]
        #expect(
            fault { _ = try word.tree() }
                == "m: settings that are searched cannot be written beside the key \"grid\"")
    }

    @Test("a key twice is refused") func twice() {
        #expect(fault { _ = try SearchSpace([("a", 1), ("a", 2)]) } == "a: the key is there twice")
    }

    @Test("what is deeper than trees may be is refused") func depth() throws {
        var tree: StateTree = ["uniform": [0, 1]]
        for _ in 0..<200 { tree = [tree] }
        #expect(throws: StateError.self) { try SearchSpace(from: ["a": tree]) }
        var parameter = SearchSpace.Parameter.uniform(0...1)
        for _ in 0..<200 { parameter = .list([parameter]) }
        let space = try SearchSpace([("a", parameter)])
        #expect(throws: StateError.self) { try space.check() }
    }
}
