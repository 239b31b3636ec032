import ReinCheckpoints

/// Whoever can read what the GPUs of this machine say of themselves.
package protocol GPUMonitor: Sendable {
    /// Reads all GPUs.
    ///
    /// - Throws: `StateError` that says what is missing or wrong, or `CancellationError`.
    func readings() async throws -> [GPUReading]
}

/// Asks the driver's library, and where there is none the driver's program.
struct DriverMonitor: GPUMonitor {
    func readings() async throws -> [GPUReading] {
        let library: ManagementLibrary
        do {
            library = try ManagementLibrary()
        } catch {
            do {
                return try await ProgramMonitor().readings()
            } catch let failure as StateError where failure.code == .notFound {
                throw StateError(
                    .notFound, "\(failure.message); nor can its library be used: \(error.message) (\(error.path))",
                    path: failure.path)
            }
        }
        return try library.readings()
    }
}
