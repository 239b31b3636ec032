import ReinCheckpoints

/// To be written.
enum ONNXExport {
    static func bytes(of program: PolicyProgram, _ options: ONNXOptions) throws(StateError) -> [UInt8] {
        throw StateError(.unsupportedFormat, "not yet")
    }
}
