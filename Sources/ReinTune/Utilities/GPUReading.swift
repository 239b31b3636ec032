/// What a GPU says of itself at a moment.
public struct GPUReading: Sendable, Hashable {
    /// Its number, as the driver counts.
    public let index: Int
    /// Its name that no other GPU has: `GPU-` and digits.
    public let uuid: String
    /// The share of its memory that is in use, by all processes, in `0...1`.
    public var memoryUtilization: Double { memoryTotal > 0 ? Double(memoryUsed) / Double(memoryTotal) : 0 }
    /// The bytes of its memory that are in use, by all processes.
    public let memoryUsed: Int
    /// The bytes of its memory.
    public let memoryTotal: Int

    /// Makes a reading.
    package init(index: Int, uuid: String, memoryUsed: Int, memoryTotal: Int) {
        self.index = index
        self.uuid = uuid
        self.memoryUsed = memoryUsed
        self.memoryTotal = memoryTotal
    }
}
