import ReinCheckpoints
import ReinSpaces

/// Spaces of Gymnasium, and of Gym before it, as Rein's.
enum AgentSpaces {
    /// The largest number of elements of an observation, that of a layer's inputs.
    private static let maximumWidth = 65_536

    /// The space of the rows that the network reads, and how they are made from observations.
    static func observations(
        _ view: PickleView
    ) throws(StateError) -> (space: Box, encoding: StableBaselines3Agent.ObservationEncoding) {
        switch name(of: view) {
        case "box.Box":
            let box = try box(view)
            try refuseImages(view, box)
            return (box, .numbers)
        case "discrete.Discrete":
            let count = try count(view)
            return (Box(0...1, shape: [count]), .oneHot(counts: [count]))
        case "multi_discrete.MultiDiscrete":
            let counts = try counts(view)
            return (Box(0...1, shape: [try width(counts.reduce(0, +), view)]), .oneHot(counts: counts))
        case "multi_binary.MultiBinary":
            let size = try view.state().entries().required("n", in: view)
            let shape = size.isSequence ? try size.sizes() : [try size.integer()]
            var count = 1
            for length in shape { count = try width(count * (try width(length, view)), view) }
            return (Box(0...1, shape: shape), .numbers)
        case "dict.Dict", "tuple.Tuple":
            throw view.error(
                .unsupportedFormat,
                "observations of several parts (MultiInputPolicy) are not read; flatten them and train a MlpPolicy")
        default: throw view.mismatch("space of observations")
        }
    }

    /// The space of actions. Where Gymnasium counts them from is left out, since Stable-Baselines3 counts from 0.
    static func actions(_ view: PickleView) throws(StateError) -> ActionSpace {
        switch name(of: view) {
        case "box.Box": .box(try realNumbers(view))
        case "discrete.Discrete": .discrete(try count(view))
        case "multi_discrete.MultiDiscrete": .multiDiscrete(try counts(view))
        case "multi_binary.MultiBinary":
            throw view.error(
                .unsupportedFormat, "actions of a MultiBinary space are not read; use MultiDiscrete with 2 choices each"
            )
        default: throw view.mismatch("space of actions")
        }
    }

    /// The module and the class of a space inside its package, whichever that is; nil for anything else.
    private static func name(of view: PickleView) -> String? {
        guard let name = view.recordName,
            let module = StableBaselines3Globals.spaceModules.first(where: { name.hasPrefix($0) })
        else { return nil }
        return String(name.dropFirst(module.count))
    }

    private static func box(_ view: PickleView) throws(StateError) -> Box {
        let entries = try view.state().entries()
        let (low, high) = (try entries.required("low", in: view), try entries.required("high", in: view))
        let (shape, other) = (try low.array().shape, try high.array().shape)
        guard shape == other, shape.count <= 8, shape.allSatisfy({ $0 > 0 }) else {
            throw view.error(.wrongShape, "bounds of shapes \("\(shape)".shortened) and \("\(other)".shortened)")
        }
        _ = try width(shape.reduce(1, *), view)
        let lows = try low.numbers().map { Float($0) }
        let highs = try high.numbers().map { Float($0) }
        if let problem = Box.problem(low: lows, high: highs, shape: shape) {
            throw view.error(.outOfRange, problem)
        }
        return Box(low: lows, high: highs, shape: shape)
    }

    /// Stable-Baselines3 has a Gaussian for every Box of actions, and leaves it to the environment to make integers of
    /// the real numbers that it draws: what it would do with them is in no file.
    private static func realNumbers(_ view: PickleView) throws(StateError) -> Box {
        let type = try elementType(view)
        guard [.float16, .float32, .float64].contains(type) else {
            throw view.error(
                .unsupportedFormat,
                "actions of a Box of integers (\(type.numpyName)) are not read: the policy draws real numbers, and what an "
                    + "environment makes of them is not known; use MultiDiscrete for choices")
        }
        return try box(view)
    }

    private static func elementType(_ view: PickleView) throws(StateError) -> StateTensor.ElementType {
        try view.state().entries().required("dtype", in: view).elementType()
    }

    /// Stable-Baselines3 divides images by 255 and turns their axes; a policy of Rein's would not.
    private static func refuseImages(_ view: PickleView, _ box: Box) throws(StateError) {
        let type = try elementType(view)
        if type == .uint8, box.shape.count == 3, box.low.allSatisfy({ $0 == 0 }), box.high.allSatisfy({ $0 == 255 }) {
            throw view.error(
                .unsupportedFormat, "observations that are images are not read; give the policy numbers as floats")
        }
    }

    private static func count(_ view: PickleView) throws(StateError) -> Int {
        try width(try view.state().entries().required("n", in: view).integer(), view)
    }

    private static func counts(_ view: PickleView) throws(StateError) -> [Int] {
        let nvec = try view.state().entries().required("nvec", in: view)
        let array = try nvec.array()
        guard array.shape.count == 1, (1...maximumWidth).contains(array.count) else {
            throw view.error(
                .unsupportedFormat, "a MultiDiscrete of shape \("\(array.shape)".shortened); a list is read")
        }
        var counts: [Int] = []
        for number in try nvec.numbers() {
            guard let count = Int(exactly: number) else { throw view.error(.outOfRange, "\(number) choices") }
            counts.append(try width(count, view))
        }
        _ = try width(counts.reduce(0, +), view)
        return counts
    }

    private static func width(_ count: Int, _ view: PickleView) throws(StateError) -> Int {
        guard (1...maximumWidth).contains(count) else {
            throw view.error(.outOfRange, "a space of \(count) (allowed: 1 to \(maximumWidth))")
        }
        return count
    }
}
