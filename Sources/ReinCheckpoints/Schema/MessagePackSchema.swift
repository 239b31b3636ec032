/// The one step between Rein's trees and the names in a MessagePack file.
///
/// Now it changes nothing. The place for the names that other libraries expect in these files.
enum MessagePackSchema {
    /// What a file holds for a tree of ours.
    static func fileTree(of tree: StateTree) throws(StateError) -> StateTree { tree }

    /// Our tree for what a file holds.
    static func tree(ofFile tree: StateTree) throws(StateError) -> StateTree { tree }
}
