import ReinCheckpoints
import ReinNumerics
import ReinPolicies

/// RLlib's `MeanStdFilter` of observations, one of a policy's connectors.
enum RLlibFilter {
    static let connector = "MeanStdObservationFilterAgentConnector"

    /// The filter of a policy; nil when it has none.
    ///
    /// - Throws: `StateError` when statistics are missing or of another width.
    static func normalizer(
        _ file: StateReader, config: StateReader, width: Int
    ) throws(StateError) -> ObservationNormalizer? {
        if let agent = file.optionalChild("connector_configs")?.optionalChild("agent") {
            let pipeline = try agent.list()
            guard pipeline.count == 2 else { throw agent.error(.malformed, "expected a name and a list of connectors") }
            for connector in try pipeline[1].list() {
                let parts = try connector.list()
                guard parts.count == 2, try parts[0].string() == Self.connector else { continue }
                return try filter(parts[1], width: width)
            }
        }
        if let filter = config.optionalChild("observation_filter"), try filter.string() != "NoFilter" {
            throw filter.error(
                .missingKey,
                "the policy reads observations through \(try filter.string().shortened), whose statistics are not among "
                    + "its connectors; save it with enable_connectors=True")
        }
        return nil
    }

    private static func filter(_ reader: StateReader, width: Int) throws(StateError) -> ObservationNormalizer {
        let statistics = try reader.list("running_stats")
        guard statistics.count == 1 else {
            throw reader.error(.unsupportedFormat, "statistics of several spaces")
        }
        let count = try statistics[0].int("num_pushes")
        let mean = try doubles(statistics[0].child("mean_array"), width: width)
        let squares = try doubles(statistics[0].child("std_array"), width: width)
        guard count >= 0, mean.allSatisfy(\.isFinite), squares.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
            throw statistics[0].error(.outOfRange, "impossible statistics")
        }
        let limit = try reader.optionalChild("clip")?.double()
        guard limit.map({ Float($0) > 0 }) ?? true else {
            throw try reader.child("clip").error(.outOfRange, "not positive")
        }
        let moments: RunningMoments
        do throws(StateError) {
            moments = try RunningMoments(count: count, mean: mean, squaredDistances: squares)
        } catch {
            throw error.nested(under: statistics[0].path)
        }
        return ObservationNormalizer(
            moments: moments, limit: limit.map { Float($0) } ?? .infinity,
            formula: .meanStdFilter(
                subtractsMean: try reader.optionalChild("demean")?.bool() ?? true,
                dividesByDeviation: try reader.optionalChild("destd")?.bool() ?? true))
    }

    private static func doubles(_ reader: StateReader, width: Int) throws(StateError) -> [Double] {
        do throws(StateError) {
            let tensor = try NumPyText.tensor(try reader.string())
            guard tensor.count == width else {
                throw StateError(.wrongShape, "statistics of \(tensor.count) numbers, observations have \(width)")
            }
            return tensor.elementType == .float32 ? try tensor.floats().map { Double($0) } : try tensor.doubles()
        } catch {
            throw error.nested(under: reader.path)
        }
    }

    /// The connectors of a policy whose observations are filtered.
    ///
    /// - Parameter shape: that of an observation.
    static func connectors(
        _ normalizer: ObservationNormalizer, shape: [Int], actionTransform: ActionTransform
    ) -> StateTree {
        func connector(_ name: String, _ parameters: StateTree = nil) -> StateTree { [.string(name), parameters] }
        var action = [connector("ConvertToNumpyConnector")]
        switch actionTransform {
        case .rescale: action.append(connector("NormalizeActionsConnector"))
        case .clip: action.append(connector("ClipActionsConnector"))
        case .none: break
        }
        action.append(connector("ImmutableActionsConnector"))
        return [
            "agent": [
                "AgentConnectorPipeline",
                [
                    connector("ObsPreprocessorConnector"), connector(Self.connector, parameters(normalizer, shape)),
                    connector("StateBufferConnector"), connector("ViewRequirementAgentConnector"),
                ],
            ],
            "action": ["ActionConnectorPipeline", .list(action)],
        ]
    }

    private static func parameters(_ normalizer: ObservationNormalizer, _ shape: [Int]) -> StateTree {
        let width = normalizer.width
        func statistics(_ count: Int, _ mean: [Double], _ squares: [Double]) -> StateTree {
            [
                "num_pushes": .int(Int64(count)),
                "mean_array": .string(NumPyText.text(StateTensor(mean, shape: shape))),
                "std_array": .string(NumPyText.text(StateTensor(squares, shape: shape))),
            ]
        }
        let zeros = [Double](repeating: 0, count: width)
        let running: StateTree
        var (demean, destd) = (true, true)
        let moments = normalizer.moments
        switch normalizer.formula {
        case .meanStdFilter(let subtractsMean, let dividesByDeviation):
            running = statistics(moments.count, moments.mean, moments.squaredDistances)
            (demean, destd) = (subtractsMean, dividesByDeviation)
        case .gymnasium, .standardScore:
            // The filter divides by √variance + 1e-6 and takes the variance of a sample: the sum that gives our divisor.
            let count = max(2, moments.count)
            let squares = (0..<width).map { column in
                let deviation = max(0, normalizer.divisor(column) - 1e-6)
                return deviation * deviation * Double(count - 1)
            }
            running = statistics(count, moments.mean, squares)
        }
        return [
            "shape": .tensor(StateTensor(shape.map { Int64($0) }, shape: [shape.count])), "no_preprocessor": false,
            "demean": .bool(demean), "destd": .bool(destd),
            "clip": normalizer.limit.isFinite ? .double(Double(normalizer.limit)) : .null,
            "running_stats": [running], "buffer": [statistics(0, zeros, zeros)],
        ]
    }
}
