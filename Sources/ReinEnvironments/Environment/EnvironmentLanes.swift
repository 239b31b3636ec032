/// Environments of one kind that lie at equal distances in memory, to be stepped together.
///
/// They may be parts of larger values: a wrapper hands on the environments inside it with the distance of its own.
public struct EnvironmentLanes<Base: Environment> {
    /// The number of environments.
    public let count: Int
    /// The distance from one environment to the next, in bytes.
    public let stride: Int
    @usableFromInline let first: UnsafeMutableRawPointer

    /// Describes `count` environments, the first at `first` and each `stride` bytes behind the one before.
    @inlinable public init(first: UnsafeMutableRawPointer, stride: Int, count: Int) {
        self.first = first
        self.stride = stride
        self.count = count
    }

    /// The environment at an index.
    @inlinable public subscript(index: Int) -> UnsafeMutablePointer<Base> {
        (first + index &* stride).assumingMemoryBound(to: Base.self)
    }

    /// The environments inside these, of which the first is given.
    @inlinable public func inside<Part: Environment>(_ part: UnsafeMutablePointer<Part>) -> EnvironmentLanes<Part> {
        EnvironmentLanes<Part>(first: part, stride: stride, count: count)
    }
}
