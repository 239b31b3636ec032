import Foundation

/// Copies the files below a directory whose relative paths are wanted.
func copyFiles(from source: String, to target: String, where isWanted: (String) -> Bool) throws {
    for path in try FileManager.default.subpathsOfDirectory(atPath: source) where isWanted(path) {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: "\(source)/\(path)", isDirectory: &isDirectory),
            !isDirectory.boolValue
        else { continue }
        let place = URL(fileURLWithPath: "\(target)/\(path)")
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "\(source)/\(path)", toPath: place.path)
    }
}
