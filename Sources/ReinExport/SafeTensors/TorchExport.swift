import ReinCheckpoints

/// To be written.
enum TorchExport {
    static func bytes(of program: PolicyProgram, _ names: TensorNames) throws(StateError) -> [UInt8] {
        var tensors: [(String, StateTensor)] = []
        for layer in program.layers {
            tensors.append((layer.name, StateTensor(layer.weight, shape: [layer.inputs, layer.outputs])))
        }
        var map = StateMap()
        for (name, tensor) in tensors { map[name] = .tensor(tensor) }
        map["names"] = .string(names.rawValue)
        map["id"] = .string(program.id)
        return try CheckpointFormat.native.codec.encode(.map(map))
    }
}
