import ReinCheckpoints

/// To be written.
enum TorchExport {
    static func bytes(of program: PolicyProgram, _ names: TensorNames) throws(StateError) -> [UInt8] {
        throw StateError(.unsupportedFormat, "not yet")
    }
}
