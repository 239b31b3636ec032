extension Float {
    /// The number, or the bound that it lies beyond. NaN, which lies beyond neither, stays NaN.
    ///
    /// `max(low, min(high, x))` makes `high` of NaN, so that nobody learns of it.
    @inlinable public func limited(from low: Float, to high: Float) -> Float {
        self >= high ? high : self < low ? low : self
    }
}
