/// A type of action that can be read from a row of floats, and written into one.
///
/// `Int` is the index of a discrete action; `[3 of Int]`, an `InlineArray`, the indices of a multi-discrete action of
/// three components; `Float`, `SIMD2` to `SIMD8` and `InlineArray` of floats are the elements of a box of 1, 2 to 8 or
/// any number of elements. None of them is allocated.
public protocol EnvironmentAction: Sendable {
    /// The number of floats in a row.
    static var width: Int { get }
    /// Reads `width` floats.
    init(row: UnsafePointer<Float>)
    /// Writes `width` floats, from which ``init(row:)`` makes the same action.
    func write(into row: UnsafeMutablePointer<Float>)
}

extension Int: EnvironmentAction {
    /// One float: the index.
    @inlinable public static var width: Int { 1 }
    /// Reads an index; the row must hold a whole number.
    @inlinable public init(row: UnsafePointer<Float>) {
        self = Int(row[0])
    }
    /// Writes the index.
    @inlinable public func write(into row: UnsafeMutablePointer<Float>) {
        row[0] = Float(self)
    }
}

extension Float: EnvironmentAction {
    /// One float.
    @inlinable public static var width: Int { 1 }
    /// Reads one float.
    @inlinable public init(row: UnsafePointer<Float>) {
        self = row[0]
    }
    /// Writes the float.
    @inlinable public func write(into row: UnsafeMutablePointer<Float>) {
        row[0] = self
    }
}

extension SIMD2: EnvironmentAction where Scalar == Float {
    /// Two floats.
    @inlinable public static var width: Int { 2 }
    /// Reads two floats.
    @inlinable public init(row: UnsafePointer<Float>) {
        self.init(row[0], row[1])
    }
    /// Writes two floats.
    @inlinable public func write(into row: UnsafeMutablePointer<Float>) {
        for index in 0..<2 { row[index] = self[index] }
    }
}

extension SIMD3: EnvironmentAction where Scalar == Float {
    /// Three floats.
    @inlinable public static var width: Int { 3 }
    /// Reads three floats.
    @inlinable public init(row: UnsafePointer<Float>) {
        self.init(row[0], row[1], row[2])
    }
    /// Writes three floats.
    @inlinable public func write(into row: UnsafeMutablePointer<Float>) {
        for index in 0..<3 { row[index] = self[index] }
    }
}

extension SIMD4: EnvironmentAction where Scalar == Float {
    /// Four floats.
    @inlinable public static var width: Int { 4 }
    /// Reads four floats.
    @inlinable public init(row: UnsafePointer<Float>) {
        self.init(row[0], row[1], row[2], row[3])
    }
    /// Writes four floats.
    @inlinable public func write(into row: UnsafeMutablePointer<Float>) {
        for index in 0..<4 { row[index] = self[index] }
    }
}

extension SIMD8: EnvironmentAction where Scalar == Float {
    /// Eight floats.
    @inlinable public static var width: Int { 8 }
    /// Reads eight floats.
    @inlinable public init(row: UnsafePointer<Float>) {
        self.init(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7])
    }
    /// Writes eight floats.
    @inlinable public func write(into row: UnsafeMutablePointer<Float>) {
        for index in 0..<8 { row[index] = self[index] }
    }
}

extension InlineArray: EnvironmentAction where Element: EnvironmentAction {
    /// As many floats as the elements have together: one for each `Float` or `Int`.
    @inlinable public static var width: Int { count * Element.width }
    /// Reads `count` elements, one behind the other.
    @inlinable public init(row: UnsafePointer<Float>) {
        self.init { Element(row: row + $0 * Element.width) }
    }
    /// Writes the elements, one behind the other.
    @inlinable public func write(into row: UnsafeMutablePointer<Float>) {
        for index in indices { self[index].write(into: row + index * Element.width) }
    }
}
