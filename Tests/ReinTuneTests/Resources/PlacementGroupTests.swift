import ReinCheckpoints
import ReinTune
import Testing

@Suite struct PlacementGroupTests {
    @Test("amounts make one bundle, which is the head; zeros are dropped")
    func plain() throws {
        let group = try PlacementGroup(cpus: 2, gpus: 0.5, custom: ["licence": 1, "none": 0])
        #expect(group.bundles == [["CPU": 2, "GPU": 0.5, "licence": 1]])
        #expect(group.head == group.bundles[0])
        #expect(group.strategy == .pack)
        #expect("\(group)" == "CPU 2, GPU 0.5, licence 1")
        #expect(try PlacementGroup.oneCPU == PlacementGroup(cpus: 1))
    }

    @Test("an empty head is not among the bundles, and the sum is of all")
    func emptyHead() throws {
        let group = try PlacementGroup(bundles: [["CPU": 0], ["CPU": 1], ["CPU": 2, "GPU": 1]], strategy: .spread)
        #expect(group.head.isEmpty)
        #expect(group.bundles == [["CPU": 1], ["CPU": 2, "GPU": 1]])
        #expect(group.requiredResources == ["CPU": 3, "GPU": 1])
        #expect("\(group)" == "CPU 1 + CPU 2, GPU 1 (SPREAD)")
    }

    @Test(
        "a request that cannot be is refused with the bundle and the resource",
        arguments: [
            ([], "bundles: ask for nothing; name an amount, such as [\"CPU\": 1]"),
            ([[:]], "bundles: ask for nothing; name an amount, such as [\"CPU\": 1]"),
            ([[:], [:]], "bundles/1: asks for nothing; only the first bundle may be empty"),
            ([["CPU": 1], ["CPU": 0]], "bundles/1: asks for nothing; only the first bundle may be empty"),
            ([["CPU": -1]], "bundles/0/CPU: -1.0 is out of range (allowed: finite, at least 0)"),
            ([["CPU": 1], ["disk": .nan]], "bundles/1/disk: nan is out of range (allowed: finite, at least 0)"),
            ([["memory": .infinity]], "bundles/0/memory: inf is out of range (allowed: finite, at least 0)"),
            ([["": 1]], "bundles/0: a resource needs a name"),
            (
                [["cpu": 1]],
                "bundles/0/cpu: there is no such resource; did you mean \"CPU\"? Names of resources are exact"
            ),
            (
                [["num_gpus": 1]],
                "bundles/0/num_gpus: there is no such resource; did you mean \"GPU\"? Names of resources are exact"
            ),
            (
                [["Memory": 0]],
                "bundles/0/Memory: there is no such resource; did you mean \"memory\"? Names of resources are exact"
            ),
        ] as [([[String: Double]], String)])
    func refused(bundles: [[String: Double]], message: String) {
        let error = #expect(throws: StateError.self) { try PlacementGroup(bundles: bundles) }
        #expect(error?.description == message)
    }

    @Test("a known resource is no custom one, and one's own names may be near to known ones")
    func custom() throws {
        let error = #expect(throws: StateError.self) { try PlacementGroup(custom: ["GPU": 1]) }
        #expect(error?.description == "custom/GPU: has an argument of its own")
        #expect(try PlacementGroup(custom: ["TPU": 1]).bundles == [["TPU": 1]])
    }

    @Test("a request is read back from data as it was", arguments: PlacementStrategy.allCases)
    func data(strategy: PlacementStrategy) throws {
        let groups = [
            try PlacementGroup(bundles: [["CPU": 1], ["GPU": 0.25, "a": 3]], strategy: strategy),
            try PlacementGroup(bundles: [[:], ["CPU": 1]], strategy: strategy),
        ]
        for group in groups {
            #expect(try PlacementGroup(StateReader(group.tree)) == group)
            let tree = StateEncoder().encode(["request": group])
            let text = try JSON.parse(JSON.text(tree))
            #expect(try StateDecoder().decode([String: PlacementGroup].self, from: text) == ["request": group])
        }
        #expect(JSON.text(groups[1].tree) == #"{"bundles":[{},{"CPU":1.0}],"strategy":"\#(strategy.rawValue)"}"#)
    }

    @Test(
        "data that is no request is refused with its place",
        arguments: [
            (
                #"{"bundle": []}"#,
                #"bundle: there is no such key; did you mean "bundles"? Known keys: bundles, strategy"#
            ),
            (#"{}"#, "bundles: required, but missing"),
            (#"{"bundles": [{"CPU": "1"}]}"#, #"bundles/0/CPU: expected number, found string "1""#),
            (#"{"bundles": [{"CPU": 1}], "strategy": null}"#, "strategy: expected string, found null"),
            (
                #"{"bundles": [{"CPU": 1}], "strategy": "STRICTPACK"}"#,
                #"strategy: there is no strategy "STRICTPACK"; did you mean "STRICT_PACK"? "#
                    + "The strategies are PACK, SPREAD, STRICT_PACK, STRICT_SPREAD"
            ),
            (#"{"bundles": [{"CPU": 1}, {}]}"#, "bundles/1: asks for nothing; only the first bundle may be empty"),
        ])
    func badData(text: String, message: String) throws {
        let tree = try JSON.parse(text)
        let error = #expect(throws: StateError.self) { try PlacementGroup(StateReader(tree)) }
        #expect(error?.description == message)
        let nested = #expect(throws: StateError.self) {
            try StateDecoder().decode(PlacementGroup.self, from: tree, path: "resources")
        }
        #expect(nested?.description == "resources/\(message)")
    }
}
