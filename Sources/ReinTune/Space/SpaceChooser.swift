public import ReinCheckpoints

/// What decides when a space is made into settings.
public protocol SpaceChooser {
    /// The number of the value of a grid, from 0.
    mutating func index(ofGrid path: SpacePath, count: Int) throws(StateError) -> Int

    /// A value of a domain. For a conditional choice it is that of a case, and what the case brings is asked for next.
    mutating func value(at path: SpacePath, of domain: Domain) throws(StateError) -> StateTree
}
