import ReinCheckpoints
import ReinSpaces

/// The header for compilers of C and C++ that computes what a policy does, `policy.h`.
///
/// C99 and C++11 alike, of which it takes `<math.h>` and nothing else. Everything is static, so that it may be included
/// in any number of files, and beside the headers of other policies.
enum CExport {
    /// Writes the header of a policy.
    ///
    /// - Parameters:
    ///   - program: the policy.
    ///   - prefix: what all names begin with; nil for one made from the policy's id.
    /// - Throws: `StateError` for a prefix that is no C name, and for actions beyond the range of C's `int`.
    static func text(of program: PolicyProgram, prefix: String?) throws(StateError) -> String {
        if let prefix { try CName.require(prefix) }
        try requireInt(program)
        let prefix = prefix ?? CName.prefix(of: program.id)
        let introduction = CWriter(program, prefix: prefix)
        introduction.writeIntroduction()
        // The same whatever the prefix is, so that it tells policies apart.
        let checksum = CRC32C.checksum(body(of: program, prefix: "policy").utf8)
        introduction.writeGuarded(body(of: program, prefix: prefix), checksum: checksum)
        return introduction.text
    }

    /// All declarations.
    private static func body(of program: PolicyProgram, prefix: String) -> String {
        let writer = CWriter(program, prefix: prefix)
        writer.writeSizes()
        writer.writeFunctions()
        writer.writeNormaliser()
        writer.writeMemory()
        writer.writeLayers()
        writer.writeNetwork()
        writer.writeOutputs()
        writer.writeAct()
        return writer.text
    }

    /// Throws when an action has a number that an `int` of 32 bits does not hold.
    private static func requireInt(_ program: PolicyProgram) throws(StateError) {
        guard case .discrete(let actions) = program.actions else { return }
        let last = actions.number(ofIndex: actions.count - 1)
        guard Int32(exactly: actions.start) != nil, Int32(exactly: last) != nil else {
            throw StateError(.outOfRange, "the actions \(actions.start) to \(last) are not all of C's type int")
        }
    }
}
