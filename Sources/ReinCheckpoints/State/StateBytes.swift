#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A range of immutable bytes, shared by reference: memory of its own, that of a buffer which copies itself before it
/// is changed, or a part of a mapped file.
///
/// Copies and subranges refer to the same memory, which lives as long as any of them.
public struct StateBytes: Sendable {
    private let memory: Memory
    private let offset: Int

    /// The number of bytes.
    public let count: Int

    /// Creates a copy of some bytes, aligned to 64 bytes.
    public init(_ bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { StateBytes(copying: $0) }
    }

    /// Creates a copy of the bytes in memory, aligned to 64 bytes.
    public init(copying bytes: UnsafeRawBufferPointer) {
        self.init(count: bytes.count) { $0.copyMemory(from: bytes) }
    }

    /// Creates bytes that `fill` writes. The memory is aligned to 64 bytes and not initialised before.
    init(count: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
        let base = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 64)
        fill(UnsafeMutableRawBufferPointer(start: base, count: count))
        self.init(base: base, count: count) { base, _ in UnsafeMutableRawPointer(mutating: base).deallocate() }
    }

    /// Creates bytes that `fill` writes, of a number that comes from outside. The memory is aligned to 64 bytes.
    ///
    /// - Throws: `StateError` when there is not so much memory, or the error of `fill`.
    init(
        count: Int, filling fill: (UnsafeMutableRawBufferPointer) throws(StateError) -> Void
    ) throws(StateError) {
        // The system says no where the allocator would end the process.
        guard count >= Self.mappingSize else {
            var result = Result<Void, StateError>.success(())
            self.init(count: count) { memory in
                result = Result { () throws(StateError) in try fill(memory) }
            }
            try result.get()
            return
        }
        guard
            let base = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), base != MAP_FAILED
        else { throw StateError(.inputOutput, "there is no memory for its \(count) bytes") }
        #if os(Linux)
        // Large pages: of small ones, making them takes as long as filling them.
        madvise(base, count, MADV_HUGEPAGE)
        #endif
        self.init(base: base, count: count) { base, count in
            munmap(UnsafeMutableRawPointer(mutating: base), count)
        }
        try fill(UnsafeMutableRawBufferPointer(start: base, count: count))
    }

    /// From this number of bytes on, memory is asked of the system itself.
    private static let mappingSize = 1 << 20

    /// Takes over memory that nobody changes any more; `release` is called with base and count when the last user goes.
    init(base: UnsafeRawPointer, count: Int, release: @escaping @Sendable (UnsafeRawPointer, Int) -> Void) {
        memory = Memory(base: base, count: count, release: release)
        offset = 0
        self.count = count
    }

    /// Shares memory that lives as long as `owner`, without a copy of it.
    ///
    /// Nobody may change the memory while these bytes are in use. An owner that goes on writing asks before whether it
    /// is referenced by others (`isKnownUniquelyReferenced`), and if so leaves this memory to them and goes on in a copy.
    package init(sharing memory: UnsafeRawBufferPointer, of owner: some AnyObject & Sendable) {
        guard let base = memory.baseAddress else {
            self.init([])
            return
        }
        self.init(base: base, count: memory.count) { _, _ in withExtendedLifetime(owner) {} }
    }

    /// Shares the memory of an array, which the array leaves to these bytes when it is changed, and goes on in a copy.
    package init<Element: BitwiseCopyable & Sendable>(sharing array: [Element]) {
        // An array's elements stay where they are for as long as somebody holds it as it is.
        let owner = ArrayOwner(array)
        let memory = owner.array.withUnsafeBytes { $0 }
        guard let base = memory.baseAddress else {
            self.init([])
            return
        }
        self.init(
            memory: Memory(base: base, count: memory.count, array: array as? [UInt8]) { _, _ in
                withExtendedLifetime(owner) {}
            }, offset: 0, count: memory.count)
    }

    private final class ArrayOwner<Element: Sendable>: Sendable {
        let array: [Element]

        init(_ array: [Element]) { self.array = array }
    }

    private init(memory: Memory, offset: Int, count: Int) {
        self.memory = memory
        self.offset = offset
        self.count = count
    }

    /// The bytes in `range`, without copying them.
    public subscript(range: Range<Int>) -> StateBytes {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "range \(range) of \(count) bytes")
        return StateBytes(memory: memory, offset: offset + range.lowerBound, count: range.count)
    }

    /// Calls `body` with the bytes; the pointer must not leave it.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(memory) {} }
        return try body(UnsafeRawBufferPointer(start: memory.base + offset, count: count))
    }

    /// The bytes as an array: the one that they share, or a copy.
    public var array: [UInt8] {
        if let array = memory.array, offset == 0, count == array.count { return array }
        return withUnsafeBytes { Array($0) }
    }

    /// Memory with an end.
    ///
    /// `@unchecked Sendable`: the memory is written before the first copy is made and not while any copy lives.
    private final class Memory: @unchecked Sendable {
        let base: UnsafeRawPointer
        let count: Int
        /// The array that the memory is of, if it is one of bytes.
        let array: [UInt8]?
        let release: @Sendable (UnsafeRawPointer, Int) -> Void

        init(
            base: UnsafeRawPointer, count: Int, array: [UInt8]? = nil,
            release: @escaping @Sendable (UnsafeRawPointer, Int) -> Void
        ) {
            self.base = base
            self.count = count
            self.array = array
            self.release = release
        }

        deinit { release(base, count) }
    }
}

extension StateBytes: Equatable {
    /// Whether both hold the same bytes.
    public static func == (left: StateBytes, right: StateBytes) -> Bool {
        left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                guard let first = left.baseAddress, let second = right.baseAddress else { return false }
                return left.count == right.count && memcmp(first, second, left.count) == 0
            }
        }
    }
}
