import Foundation

/// Whether the file system of temporary files has clones: files that share their blocks, which cannot be seen from outside.
public let hasFileClones: Bool = {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rein-" + UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    guard
        (try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)) != nil,
        (try? Data([1]).write(to: folder.appendingPathComponent("original"))) != nil
    else { return false }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/cp")
    process.arguments = ["--reflink=always", folder.path + "/original", folder.path + "/clone"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
}()
