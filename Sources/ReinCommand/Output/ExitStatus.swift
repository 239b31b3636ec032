/// How the process ends: the exit codes, and the words that go with them.
///
/// What is right again once other arguments or other settings are given is wrong usage: options, values and names,
/// settings in a file, and paths that lead to nothing, to something of another kind, or to a place that is taken. What
/// went wrong with the right arguments has failed: damaged files, bad lines of input, a full disk, numbers that
/// diverge.
enum ExitStatus {
    /// Something failed; a message says what and where.
    static let failed: Int32 = 1
    /// The command line or the configuration is wrong.
    static let wrongUsage: Int32 = 2
    /// All that could be checked is well, but not everything has a checksum.
    static let unprotected: Int32 = 3
    /// Interrupted, after everything was saved.
    static let interrupted: Int32 = 130
}
