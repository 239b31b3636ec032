import ReinCheckpoints

/// A policy as tensors under names of PyTorch's modules, with what else there is to know of it in the metadata: a plain
/// safetensors file.
///
/// Weights are `[outputs, inputs]`, numbers in single precision. The value network is left out, unless the action values
/// are made of it.
enum TorchExport {
    /// The file of a policy.
    ///
    /// - Throws: `StateError` for a policy that the program which the names are of has no equal for.
    static func bytes(of program: PolicyProgram, _ names: TensorNames) throws(StateError) -> [UInt8] {
        var tensors =
            switch names {
            case .sequential: sequential(program)
            case .sb3: try StableBaselines3Names(program).tensors
            case .rllib: try RLlibNames(program).tensors
            }
        if let normaliser = program.normaliser { tensors.add(normaliser) }
        return try SafetensorsWriter.bytes(metadata: TorchMetadata(program, names).texts, tensors: tensors.list)
    }

    /// The layers of an `nn.Sequential` called `policy`, and of another called `value` for dueling action values, which
    /// begins behind the layers that the two share; the recurrent layer `memory`.
    private static func sequential(_ program: PolicyProgram) -> TorchTensors {
        var tensors = TorchTensors()
        if let memory = program.memory { tensors.add(memory, named: "memory") }
        tensors.add(program.layers[...], inSequential: "policy")
        tensors.add(program.valueLayers[...], inSequential: "value")
        tensors.addLogDeviations(of: program, named: "log_std")
        return tensors
    }
}
