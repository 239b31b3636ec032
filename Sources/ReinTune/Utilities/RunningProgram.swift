import ReinCheckpoints

/// The program that this process runs.
enum RunningProgram {
    private static let link = "/proc/self/exe"

    /// Where it can be started from. On Linux that is the very program, even if another one lies at its path meanwhile.
    ///
    /// - Throws: `StateError` when the system does not tell.
    static func path() throws(StateError) -> String {
        guard try LocalFile.absolutePath("/proc/self") != nil else {
            throw StateError(.notFound, "the system does not tell where this program lies; name it", path: "executable")
        }
        return link
    }

    /// The name under which a program is started: that of this one for its place in the system.
    static func name(of path: String) -> String {
        path == link ? CommandLine.arguments.first ?? path : path
    }
}
