import ReinCheckpoints
import ReinNumerics
import ReinSpaces
import Testing

@Suite struct SpaceTests {
    static let spaces: [ActionSpace] = [
        .discrete(2), .discrete(Discrete(7, start: -3)), .box(Box(-2...2, shape: [1])),
        .box(Box(low: [-1, -.infinity, 0, -.infinity], high: [1, .infinity, .infinity, 5])),
        .box(Box(0...1, shape: [2, 3])), .box(Box(0...1, shape: [])), .multiDiscrete([3, 1, 4]),
    ]

    @Test("A space survives being saved, infinite bounds included", arguments: spaces)
    func storage(space: ActionSpace) throws {
        let tree = StateEncoder().encode(space)
        #expect(try StateDecoder().decode(ActionSpace.self, from: tree) == space)
        if case .box(let box) = space {
            #expect(StateEncoder().encode(box) == tree)
            #expect(try StateDecoder().decode(Box.self, from: tree) == box)
        }
    }

    @Test("Saved spaces have the keys that files rely on")
    func keys() {
        #expect(StateEncoder().encode(ActionSpace.discrete(2)) == ["type": "discrete", "count": 2, "start": 0])
        #expect(
            StateEncoder().encode(ActionSpace.multiDiscrete([3, 2])) == ["type": "multiDiscrete", "counts": [3, 2]])
        #expect(
            StateEncoder().encode(Box(low: [-1], high: [.infinity]))
                == ["type": "box", "low": [-1.0], "high": [.double(.infinity)], "shape": [1]])
    }

    @Test(
        "An impossible space in a file is an error",
        arguments: [
            ["type": "discrete", "count": 0, "start": 0], ["type": "discrete", "count": -1, "start": 0],
            ["type": "discrete", "start": 0], ["type": "tuple"], ["count": 2],
            ["type": "discrete", "count": 2, "start": .int(.max)],
            ["type": "multiDiscrete", "counts": []], ["type": "multiDiscrete", "counts": [2, 0]],
            ["type": "multiDiscrete", "counts": [-1]], ["type": "multiDiscrete", "counts": [16_777_216, 1]],
            ["type": "multiDiscrete", "counts": [4_611_686_018_427_387_904, 4_611_686_018_427_387_904]],
            ["type": "multiDiscrete", "counts": 3], ["type": "multiDiscrete"],
            ["type": "box", "low": [1.0], "high": [0.0], "shape": [1]],
            ["type": "box", "low": [.double(.nan)], "high": [0.0], "shape": [1]],
            ["type": "box", "low": [0.0], "high": [.double(.nan)], "shape": [1]],
            ["type": "box", "low": [.double(.infinity)], "high": [.double(.infinity)], "shape": [1]],
            ["type": "box", "low": [.double(-.infinity)], "high": [.double(-.infinity)], "shape": [1]],
            ["type": "box", "low": [0.0], "high": [1.0], "shape": [2]],
            ["type": "box", "low": [], "high": [], "shape": [0]],
            ["type": "box", "low": [0.0], "high": [1.0], "shape": [4_611_686_018_427_387_904, 4]],
            ["type": "box", "low": [0.0, 0.0], "high": [1.0], "shape": [2]],
        ] as [StateTree])
    func impossible(tree: StateTree) {
        #expect(throws: StateError.self) { try StateDecoder().decode(ActionSpace.self, from: tree) }
    }

    @Test("A bound at the largest float is none, wherever it comes from")
    func largestFloats() throws {
        let largest = Float.greatestFiniteMagnitude
        let unbounded = Box(low: [-.infinity, 0], high: [.infinity, .infinity])
        #expect(Box(low: [-largest, 0], high: [largest, largest]) == unbounded)
        #expect(Box(symmetric: [largest]) == Box(-.infinity ... .infinity, shape: [1]))
        let saved: StateTree = [
            "type": "box", "low": [.double(Double(-largest)), 0.0],
            "high": [.double(Double(largest)), .double(Double(largest))], "shape": [2],
        ]
        #expect(try StateDecoder().decode(Box.self, from: saved) == unbounded)
        let almost = Box(low: [-largest.nextDown], high: [largest.nextDown])
        #expect(almost.isBounded && almost.low == [-largest.nextDown])
    }

    @Test("Only bounds at a finite distance can be scaled, and the first element that has others is named")
    func scaling() {
        #expect(Box(-1...1, shape: [3]).scalingProblem == nil)
        #expect(Box(low: [-1.7e38, 2], high: [1.7e38, 2]).scalingProblem == nil)
        for (low, high) in [(-2e38, 2e38), (-.infinity, .infinity), (0, .infinity)] as [(Float, Float)] {
            let problem = Box(low: [-1, low], high: [1, high]).scalingProblem
            #expect(problem?.contains("element 1, \(low) and \(high)") == true, "\(problem ?? "none")")
        }
    }

    @Test("The outside world's numbers of actions are indices from its own start on")
    func numbers() {
        let discrete = Discrete(3, start: -1)
        #expect((0..<3).map { discrete.number(ofIndex: $0) } == [-1, 0, 1])
        #expect((-3...3).map { discrete.index(ofNumber: $0) } == [nil, nil, 0, 1, 2, nil, nil])
        let last = Discrete(2, start: .max - 1)
        #expect(last.number(ofIndex: 1) == .max)
        #expect(last.index(ofNumber: .min) == nil)
        #expect(Discrete(1, start: .min).index(ofNumber: .max) == nil)
    }

    @Test("Spaces differ in what makes a difference, which is named with both values")
    func differences() {
        func actions(_ first: ActionSpace, _ second: ActionSpace, boundsMatter: Bool = true) -> [String]? {
            SpaceDifference(actions: first, second, boundsMatter: boundsMatter).map { [$0.first, $0.second] }
        }
        #expect(actions(.discrete(2), .discrete(Discrete(2, start: 5))) == nil)
        #expect(actions(.discrete(2), .discrete(3)) == ["2 discrete actions", "3"])
        #expect(actions(.discrete(2), .multiDiscrete([2])) == ["discrete actions", "multi-discrete ones"])
        #expect(actions(.multiDiscrete([2, 3]), .multiDiscrete([2, 3])) == nil)
        #expect(
            actions(.multiDiscrete([2, 3]), .multiDiscrete([2, 4])) == ["3 choices for component 1 of an action", "4"])
        #expect(actions(.multiDiscrete([2, 3]), .multiDiscrete([2])) == ["actions of 2 components", "1"])
        let (narrow, wide) = (ActionSpace.box(Box(symmetric: [1, 1])), ActionSpace.box(Box(symmetric: [1, 2])))
        #expect(actions(narrow, wide) == ["actions with element 1 between -1.0 and 1.0", "between -2.0 and 2.0"])
        #expect(actions(narrow, wide, boundsMatter: false) == nil)
        #expect(
            actions(narrow, .box(Box(-1...1, shape: [2, 1]))) == ["actions of shape [2]", "actions of shape [2, 1]"])
        #expect(SpaceDifference(observations: Box(-1...1, shape: [2]), Box(0...5, shape: [2])) == nil)
        #expect(
            SpaceDifference(observations: Box(-1...1, shape: [2]), Box(-1...1, shape: [3]))?.first
                == "observations of shape [2]")
    }

    @Test("A space knows its own actions from others")
    func membership() {
        let discrete = ActionSpace.discrete(Discrete(3, start: 5))
        #expect(discrete.contains([0]) && discrete.contains([2]))
        for row: [Float] in [[3], [-1], [0.5], [.nan], [.infinity], [], [0, 0]] { #expect(!discrete.contains(row)) }
        let multiDiscrete = ActionSpace.multiDiscrete([3, 2])
        #expect(multiDiscrete.contains([2, 1]) && multiDiscrete.contains([0, 0]))
        for row: [Float] in [[3, 0], [0, 2], [-1, 0], [0.5, 0], [.nan, 0], [0], [0, 0, 0]] {
            #expect(!multiDiscrete.contains(row))
        }
        let box = ActionSpace.box(Box(low: [-1, 0], high: [1, .infinity]))
        #expect(box.contains([-1, 0]) && box.contains([1, .infinity]))
        for row: [Float] in [[-1.5, 0], [0, -1], [.nan, 0], [0], [0, 0, 0]] { #expect(!box.contains(row)) }
        #expect(!Box(low: [0], high: [.infinity]).isBounded && Box(0...1, shape: [2]).isBounded)
    }

    @Test("Random actions belong to the space and reach all of it", arguments: spaces)
    func samples(space: ActionSpace) {
        var random = RandomStream(seed: 1, name: "sample")
        var row = [Float](repeating: 0, count: space.width)
        var rows: [[Float]] = []
        for _ in 0..<2_000 {
            space.sample(into: &row, using: &random)
            #expect(space.contains(row))
            rows.append(row)
        }
        for index in 0..<space.width {
            let values = rows.map { $0[index] }
            switch space {
            case .discrete(let discrete): #expect(Set(values).count == discrete.count)
            case .multiDiscrete(let multiDiscrete): #expect(Set(values).count == multiDiscrete.counts[index])
            case .box(let box):
                let (low, high) = (box.low[index], box.high[index])
                if low.isFinite { #expect(abs((values.min() ?? .nan) - low) < 0.01 * (high.isFinite ? high - low : 1)) }
                if high.isFinite {
                    #expect(abs((values.max() ?? .nan) - high) < 0.01 * (low.isFinite ? high - low : 1))
                }
                if !low.isFinite && !high.isFinite {
                    #expect((values.min() ?? .nan) < -2 && (values.max() ?? .nan) > 2)
                }
            }
        }
    }

    @Test("A mask has an entry for every choice and leaves one for each component")
    func masks() {
        let (discrete, multiDiscrete) = (ActionSpace.discrete(3), ActionSpace.multiDiscrete([3, 2]))
        #expect(discrete.choiceCounts == [3] && discrete.maskWidth == 3)
        #expect(multiDiscrete.choiceCounts == [3, 2] && multiDiscrete.maskWidth == 5)
        #expect(ActionSpace.box(Box(0...1, shape: [3])).maskWidth == 0)
        #expect(discrete.problem(ofMask: [false, true, false]) == nil)
        #expect(discrete.problem(ofMask: [false, false, false])?.contains("at least one") == true)
        #expect(discrete.problem(ofMask: [true, true])?.contains("expected 3") == true)
        #expect(multiDiscrete.problem(ofMask: [false, true, false, true, false]) == nil)
        #expect(multiDiscrete.problem(ofMask: [true, true, true, false, false])?.contains("component 1") == true)
        #expect(multiDiscrete.problem(ofMask: [false, false, false, true, true])?.contains("component 0") == true)
        #expect(ActionSpace.box(Box(0...1, shape: [3])).problem(ofMask: []) != nil)
    }

    @Test("Random actions under a mask are valid, and all valid ones come")
    func maskedSamples() {
        var random = RandomStream(seed: 2, name: "sample")
        let space = ActionSpace.multiDiscrete([4, 3])
        var row: [Float] = [0, 0]
        var seen: Set<[Float]> = []
        for _ in 0..<200 {
            space.sample(into: &row, mask: [true, false, false, true, false, true, true], using: &random)
            seen.insert(row)
        }
        #expect(seen == [[0, 1], [0, 2], [3, 1], [3, 2]])
    }
}
