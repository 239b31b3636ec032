#if Serving
import ReinCheckpoints
import ReinExport
import ReinNetworks
import ReinPolicies
import ReinServing
import ReinSpaces
import Testing

@Suite("What models take and give")
struct ModelMetadataTests {
    static let kinds: [(ActionSpace, ActionDistribution, RecurrentKind?)] = {
        let box = ActionSpace.box(Box(-2...2, shape: [3, 2]))
        return [
            (.discrete(4), .categorical(Categorical(count: 4)), nil),
            (.discrete(4), .categorical(Categorical(count: 4)), .lstm),
            (.multiDiscrete([3, 2]), .multiCategorical(MultiCategorical(counts: [3, 2])), .gru),
            (.discrete(4), .actionValues(ActionValues(count: 4, atoms: 3, low: -1, high: 1, isDueling: true)), nil),
            (box, .diagonalGaussian(DiagonalGaussian(count: 6)), nil),
            (box, .conditionalGaussian(ConditionalGaussian(count: 6)), .lstm),
            (box, .squashedGaussian(SquashedGaussian(count: 6)), nil),
            (box, .deterministic(Deterministic(count: 6)), nil),
            (box, .stateDependentGaussian(StateDependentGaussian(count: 6, featureCount: 5)), .gru),
        ]
    }()

    @Test("Names, types and shapes are those of the ONNX export", arguments: kinds.indices)
    func sameAsExport(index: Int) throws {
        let (actions, distribution, memory) = Self.kinds[index]
        var architecture = ActorCriticArchitecture(
            inputs: 6, outputs: distribution.headWidth, hidden: [5], value: .shared,
            hasLogDeviation: distribution.hasLogDeviation,
            hasLogDeviationPerFeature: distribution.hasLogDeviationPerFeature,
            recurrent: memory.map { RecurrentArchitecture(kind: $0, width: 7) })
        if case .actionValues(let values) = distribution { architecture.valueOutputs = values.atoms }
        let policy = try Policy(
            observationSpace: Box(-1...1, shape: [2, 3]), actionSpace: actions, distribution: distribution,
            network: ActorCritic(architecture))
        let metadata = ModelMetadata(of: policy.forActing)
        let export = try policy.modelDescription(of: .onnx(ONNXOptions(hasMask: distribution.maskWidth > 0)))
        func words(_ values: [ModelDescription.Value]) -> [String] {
            values.map { "\($0.name) \($0.type) \($0.shape.map { $0 ?? -1 })" }
        }
        func words(_ tensors: [ModelMetadata.Tensor]) -> [String] {
            tensors.map { "\($0.name) \($0.datatype.rawValue) \($0.shape)" }
        }
        #expect(words(metadata.inputs) == words(export.inputs))
        #expect(words(metadata.outputs) == words(export.outputs))
        #expect(metadata.inputs.map(\.isOptional) == metadata.inputs.map { $0.name != "obs" })
        #expect(metadata.outputs.allSatisfy { !$0.isOptional })
    }
}
#endif
