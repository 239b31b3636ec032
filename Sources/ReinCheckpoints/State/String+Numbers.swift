extension StringProtocol {
    /// The whole number that the text is, in decimal digits with or without a sign; nil when it is none.
    ///
    /// As `Int(_:)`, whose code is compiled anew into every module that calls it.
    package var wholeNumber: Int? { number(String(self)) }
}

@inline(never)
private func number(_ text: String) -> Int? { Int(text) }
