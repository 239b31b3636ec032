extension String {
    /// What stands between separators of one byte, such as the slashes of a path. It is cut at bytes, since a slash and
    /// what is drawn over it are one character.
    ///
    /// In one place, since splitting is compiled anew wherever it is done.
    ///
    /// - Parameters:
    ///   - separator: the separator, a character of ASCII.
    ///   - omittingEmpty: whether empty parts are left out: an empty string then has no parts, else one.
    @inline(never)
    package func parts(between separator: Unicode.Scalar, omittingEmpty: Bool = false) -> [String] {
        utf8.split(separator: UInt8(ascii: separator), omittingEmptySubsequences: omittingEmpty).map {
            String(Substring($0))
        }
    }
}
