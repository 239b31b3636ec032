import ReinCheckpoints

/// The program that this process runs.
enum RunningProgram {
    /// Where it can be started from. On Linux that is the very program, even if another one lies at its path meanwhile.
    ///
    /// - Throws: `StateError` when the system does not tell.
    static func path() throws(StateError) -> String {
        let link = "/proc/self/exe"
        guard try LocalFile.absolutePath("/proc/self") != nil else {
            throw StateError(.notFound, "the system does not tell where this program lies; name it", path: "executable")
        }
        return link
    }
}
