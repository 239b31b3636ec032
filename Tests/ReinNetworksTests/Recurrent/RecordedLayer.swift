import Foundation
import ReinNetworks
import Testing

/// What PyTorch's recurrent layers compute; written by `Tests/Interoperability/recurrent_layers.py`.
struct RecordedLayer: Decodable, Sendable {
    private struct File: Decodable {
        let layers: [RecordedLayer]
    }

    let kind: RecurrentKind
    let steps: Int
    let sequences: Int
    let inputs: Int
    let width: Int
    let input: [Float]
    let starts: [Bool]
    let state: [Float]
    let outputWeights: [Float]
    let parameters: [[Float]]
    let outputs: [Double]
    let lastState: [Double]
    let gradients: [[Double]]

    /// The recording of a kind of layer.
    static func of(_ kind: RecurrentKind) throws -> RecordedLayer {
        let url = try #require(
            Bundle.module.url(forResource: "recurrent-layers", withExtension: "json", subdirectory: "Fixtures"))
        let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: url))
        return try #require(file.layers.first { $0.kind == kind })
    }
}
