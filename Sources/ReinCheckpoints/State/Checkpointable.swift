/// A value whose whole state can be written down and taken over again.
///
/// Write `state` and `restore` side by side in one file, so that they cannot drift apart. After
/// `b.restore(from: a.state)` the values `a` and `b` act alike, bit for bit.
public protocol Checkpointable {
    /// Everything that is needed to go on from here. Equal values have equal states.
    var state: StateTree { get }

    /// Takes over a state that `state` returned.
    ///
    /// - Throws: `StateError`, with the path inside `state`, when something is missing or does not fit.
    mutating func restore(from state: StateTree) throws(StateError)
}
