/// Memory that a value works in and that holds no state, made when it is first needed.
///
/// Copies of the value share it until one of them works: that one makes its own before. So copies may work at the same
/// time, and one that never works takes none.
struct Scratch<Memory: AnyObject & Sendable>: Sendable {
    private var memory: Memory?

    /// The memory, which no copy of the value uses. To be called once before working: what is kept of an earlier call
    /// counts as a copy.
    mutating func own(_ make: () -> Memory) -> Memory {
        if isKnownUniquelyReferenced(&memory), let memory { return memory }
        let new = make()
        memory = new
        return new
    }
}
