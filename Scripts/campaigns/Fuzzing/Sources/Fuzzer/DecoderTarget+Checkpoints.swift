@testable import ReinCheckpoints

extension DecoderTarget {
    /// Reads a state file, writes the tree and reads it again, and restores what it is.
    func roundTrip(_ bytes: [UInt8], _ codec: any StateCodec) -> Bool {
        guard let tree = try? codec.decode(bytes) else { return false }
        guard let again = try? codec.encode(tree), let read = try? codec.decode(again) else {
            fail("what was read cannot be written and read again")
        }
        require((try? codec.encode(read)) == again, "what is read again differs")
        return restore(tree)
    }

    func json(_ bytes: [UInt8]) -> Bool {
        let fromPython = try? JSON.parse(fromPython: bytes)
        guard let tree = try? JSON.parse(bytes) else { return fromPython != nil }
        for pretty in [false, true] {
            guard let read = try? JSON.parse(JSON.text(tree, pretty: pretty)) else {
                fail("JSON that was written cannot be read")
            }
            require(JSON.text(read) == JSON.text(tree), "JSON that is read again differs")
        }
        return true
    }

    /// Reads a manifest, be its checksum right or wrong, and what it says once more.
    func manifest(_ bytes: [UInt8]) -> Bool {
        let text = StateBytes(bytes)
        _ = try? ManifestSeal.check(text, path: "manifest")
        guard let manifest = try? read(text) else { return false }
        let written = StateBytes(Array(manifest.text.utf8))
        guard (try? ManifestSeal.check(written, path: "manifest")) == true else {
            fail("a manifest that was written has no checksum, or another")
        }
        // What Rein did not write may lack what Rein's own manifests must have, and a replay of a policy that is not there
        // is an error for who reads the checkpoint.
        guard manifest.reinVersion != nil, manifest.files != nil,
            manifest.replays.keys.allSatisfy(manifest.policyIDs.contains)
        else { return true }
        guard let again = try? read(written) else { fail("a manifest that was written cannot be read") }
        require(again == manifest, "a manifest that is read again differs")
        return true
    }

    private func read(_ text: StateBytes) throws -> CheckpointManifest {
        let head = try ManifestHead(text, path: "manifest")
        let tree = try ManifestHead.whole(text, path: "manifest")
        return try CheckpointManifest(StateReader(tree, path: "manifest"), head: head)
    }
}
