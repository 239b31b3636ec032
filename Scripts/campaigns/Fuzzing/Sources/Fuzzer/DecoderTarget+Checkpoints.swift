@testable import Rein
@testable import ReinCheckpoints
@testable import ReinPolicies

extension DecoderTarget {
    /// Reads a state file, restores what it may be, writes the tree and reads it again.
    func roundTrip(_ bytes: [UInt8], _ codec: any StateCodec) {
        guard let tree = try? codec.decode(bytes) else { return }
        restore(tree)
        guard let again = try? codec.encode(tree), let read = try? codec.decode(again) else {
            preconditionFailure("what was read cannot be written and read again")
        }
        precondition((try? codec.encode(read)) == again, "what is read again differs")
    }

    /// What Rein restores from a tree: a policy that acts, its learner, its replay, and what an algorithm holds besides.
    func restore(_ tree: StateTree) {
        if let policy = try? Policy(restoring: tree) { act(policy) }
        let reader = StateReader(tree, path: "state")
        _ = try? SavedAlgorithm<PPOLearner>(reader)
        _ = try? SavedAlgorithm<DQNLearner>(reader)
        _ = try? SavedAlgorithm<SACLearner>(reader)
    }

    func json(_ bytes: [UInt8]) {
        _ = try? JSON.parse(fromPython: bytes)
        guard let tree = try? JSON.parse(bytes) else { return }
        for pretty in [false, true] {
            guard let read = try? JSON.parse(JSON.text(tree, pretty: pretty)) else {
                preconditionFailure("JSON that was written cannot be read")
            }
            precondition(JSON.text(read) == JSON.text(tree), "JSON that is read again differs")
        }
    }

    func manifest(_ bytes: [UInt8]) {
        guard let head = try? ManifestHead(StateBytes(bytes), path: "manifest"),
            let tree = try? ManifestHead.whole(StateBytes(bytes), path: "manifest")
        else { return }
        _ = try? CheckpointManifest(StateReader(tree, path: "manifest"), head: head)
    }
}
