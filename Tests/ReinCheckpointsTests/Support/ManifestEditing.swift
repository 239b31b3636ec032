@testable import ReinCheckpoints

/// Changes the entries of a manifest of ours, and gives it its checksum again: what is wrong with it then is what it says.
/// One that no longer tells of Rein gets none.
func editManifest(at path: String, _ edit: (inout StateMap) -> Void) throws {
    guard case .map(var map) = try JSON.parse(try readFile(path).array) else { return }
    map[ManifestSeal.key] = nil
    edit(&map)
    let text = JSON.text(.map(map), pretty: true) + "\n"
    try overwrite(path, Array((map["rein_version"] == nil ? text : ManifestSeal.sealed(text)).utf8))
}

/// Takes a manifest's checksum out, as if an earlier version had written it.
func removeManifestChecksum(at path: String) throws {
    let text = String(decoding: try readFile(path).array, as: UTF8.self)
    guard let mark = text.firstRange(of: ",\n  \"\(ManifestSeal.key)\"") else { return }
    try overwrite(path, Array((text[..<mark.lowerBound] + "\n}\n").utf8))
}
