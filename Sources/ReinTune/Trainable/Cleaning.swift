/// A trainable that has something to give back at its end: processes, connections, memory of a device.
public protocol Cleaning: Trainable {
    /// Gives everything back, quickly. Nothing else is called afterwards.
    ///
    /// - Throws: what could not be given back.
    mutating func cleanUp() async throws
}
