/// Rows of a matrix in memory, to read: `[count, width]`, row-major.
///
/// A view: whoever owns the memory keeps it alive. Row numbers are checked in debug builds; in release builds a row is
/// an address, as if it had been computed by hand.
@frozen public struct Rows<Element: BitwiseCopyable> {
    /// The first element of the first row.
    public let base: UnsafePointer<Element>
    /// The number of rows.
    public let count: Int
    /// The number of elements of a row.
    public let width: Int

    /// Views memory that holds at least `count * width` elements.
    @inlinable public init(_ base: UnsafePointer<Element>, count: Int, width: Int) {
        assert(count >= 0 && width >= 0, "\(count) rows of \(width) elements")
        (self.base, self.count, self.width) = (base, count, width)
    }

    /// Views rows that could be written, too.
    @inlinable public init(_ rows: MutableRows<Element>) {
        self.init(rows.base, count: rows.count, width: rows.width)
    }

    /// The first element of a row; `width` elements may be read.
    @inlinable public subscript(row: Int) -> UnsafePointer<Element> {
        assert(row >= 0 && row < count, "row \(row) of \(count)")
        return base + row &* width
    }

    /// Some of the rows.
    @inlinable public subscript(rows: Range<Int>) -> Rows {
        assert(rows.lowerBound >= 0 && rows.upperBound <= count, "rows \(rows) of \(count)")
        return Rows(base + rows.lowerBound &* width, count: rows.upperBound &- rows.lowerBound, width: width)
    }
}

/// Rows of a matrix in memory, to read and write: `[count, width]`, row-major. A view, as `Rows` is.
@frozen public struct MutableRows<Element: BitwiseCopyable> {
    /// The first element of the first row.
    public let base: UnsafeMutablePointer<Element>
    /// The number of rows.
    public let count: Int
    /// The number of elements of a row.
    public let width: Int

    /// Views memory that holds at least `count * width` elements.
    @inlinable public init(_ base: UnsafeMutablePointer<Element>, count: Int, width: Int) {
        assert(count >= 0 && width >= 0, "\(count) rows of \(width) elements")
        (self.base, self.count, self.width) = (base, count, width)
    }

    /// The first element of a row; `width` elements may be read and written.
    @inlinable public subscript(row: Int) -> UnsafeMutablePointer<Element> {
        assert(row >= 0 && row < count, "row \(row) of \(count)")
        return base + row &* width
    }

    /// Some of the rows.
    @inlinable public subscript(rows: Range<Int>) -> MutableRows {
        assert(rows.lowerBound >= 0 && rows.upperBound <= count, "rows \(rows) of \(count)")
        return MutableRows(base + rows.lowerBound &* width, count: rows.upperBound &- rows.lowerBound, width: width)
    }

    /// Copies as many rows of the same width to the first ones.
    @inlinable public func copy(_ source: Rows<Element>) {
        assert(source.width == width && source.count <= count, "copying \(source.count) rows of \(source.width)")
        base.update(from: source.base, count: source.count &* width)
    }

    /// Copies `width` elements to a row.
    @inlinable public func copy(_ source: UnsafePointer<Element>, to row: Int) {
        self[row].update(from: source, count: width)
    }
}

extension AlignedBuffer {
    /// The elements as rows of a width, to read; of width 0 there are as many as anybody asks for.
    @inlinable public func rows(of width: Int) -> Rows<Element> { Rows(mutableRows(of: width)) }

    /// The elements as rows of a width, to write; of width 0 there are as many as anybody asks for.
    @inlinable public func mutableRows(of width: Int) -> MutableRows<Element> {
        MutableRows(pointer, count: width == 0 ? .max : count / width, width: width)
    }

    /// Some of the elements, to read; the range is checked in debug builds.
    @inlinable public func elements(in range: Range<Int>) -> UnsafeBufferPointer<Element> {
        UnsafeBufferPointer(mutableElements(in: range))
    }

    /// Some of the elements, to write; the range is checked in debug builds.
    @inlinable public func mutableElements(in range: Range<Int>) -> UnsafeMutableBufferPointer<Element> {
        assert(range.lowerBound >= 0 && range.upperBound <= count, "elements \(range) of \(count)")
        return UnsafeMutableBufferPointer(
            start: pointer + range.lowerBound, count: range.upperBound &- range.lowerBound)
    }
}
