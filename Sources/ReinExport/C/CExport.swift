import ReinCheckpoints

/// To be written.
enum CExport {
    static func text(of program: PolicyProgram, prefix: String?) throws(StateError) -> String {
        throw StateError(.unsupportedFormat, "not yet")
    }
}
