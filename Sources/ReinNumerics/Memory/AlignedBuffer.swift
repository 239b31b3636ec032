/// A fixed block of zeroed elements that starts on a 64-byte boundary.
///
/// The workspace of networks and learners: made once, then handed to kernels as pointers. It is a reference: whoever
/// holds it shares its contents.
public final class AlignedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
    // @unchecked: `pointer` and `count` never change; access to the elements is the owner's business, as with any
    // unsafe pointer. Threads that share a buffer must write to disjoint ranges or take turns.

    /// The first element; valid as long as the buffer lives.
    public let pointer: UnsafeMutablePointer<Element>

    /// The number of elements.
    public let count: Int

    /// Allocates `count` elements, all bytes zero.
    public init(count: Int) {
        precondition(count >= 0, "a buffer of \(count) elements")
        let bytes = max(count, 1) * MemoryLayout<Element>.stride
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        self.count = count
        pointer = raw.bindMemory(to: Element.self, capacity: max(count, 1))
    }

    /// Allocates a buffer that holds the same elements as `elements`.
    public convenience init(_ elements: some Collection<Element>) {
        self.init(count: elements.count)
        for (index, element) in elements.enumerated() { pointer[index] = element }
    }

    deinit {
        UnsafeMutableRawPointer(pointer).deallocate()
    }

    /// The element at an index, which must lie in `0..<count`.
    @inlinable public subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < count, "index \(index) outside 0..<\(count)")
            return pointer[index]
        }
        set {
            precondition(index >= 0 && index < count, "index \(index) outside 0..<\(count)")
            pointer[index] = newValue
        }
    }

    /// All elements, to read.
    @inlinable public var elements: UnsafeBufferPointer<Element> {
        UnsafeBufferPointer(start: pointer, count: count)
    }

    /// All elements, to write.
    @inlinable public var mutableElements: UnsafeMutableBufferPointer<Element> {
        UnsafeMutableBufferPointer(start: pointer, count: count)
    }

    /// Makes all bytes zero.
    public func clear() {
        UnsafeMutableRawPointer(pointer)
            .initializeMemory(as: UInt8.self, repeating: 0, count: count * MemoryLayout<Element>.stride)
    }

    /// Copies all elements of `other`, which must have as many.
    public func copy(from other: AlignedBuffer<Element>) {
        precondition(count == other.count, "copying \(other.count) elements into \(count)")
        pointer.update(from: other.pointer, count: count)
    }
}
