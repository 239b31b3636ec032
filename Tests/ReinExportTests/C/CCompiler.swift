import Foundation
import Testing

/// A compiler of C and C++ on this machine.
struct CCompiler: Sendable, CustomStringConvertible {
    let description: String
    let path: String

    /// The compilers there are, of gcc and clang.
    static let all: [CCompiler] = ["gcc", "clang"].compactMap(CCompiler.init)
    /// What a test is skipped with when there is none.
    static let missing: Comment = "there is neither gcc nor clang"

    /// The language that a header is compiled as, with the warnings that make an error of every remark.
    enum Language: String, CaseIterable, Sendable {
        case c99, cxx11

        var options: [String] {
            let standard = self == .c99 ? ["-x", "c", "-std=c99"] : ["-x", "c++", "-std=c++11"]
            return standard + ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"]
        }
    }

    private init?(_ name: String) {
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        let paths = folders.map { "\($0)/\(name)" }
        guard let found = paths.first(where: FileManager.default.isExecutableFile) else { return nil }
        description = name
        path = found
    }

    /// Compiles a file of C.
    ///
    /// - Returns: what the compiler remarks; nil when it has nothing to say.
    func remarks(_ language: Language, _ options: [String], source: String) throws -> String? {
        let (status, output) = try run(path, language.options + options + [source, "-lm"])
        return status == 0 && output.isEmpty
            ? nil : "status \(status): " + String(decoding: output.prefix(600), as: UTF8.self)
    }
}

/// Runs a program with its standard input.
///
/// - Returns: its exit status, and what it says on its standard output and error.
func run(_ path: String, _ arguments: [String] = [], input: String = "") throws -> (status: Int32, output: [UInt8]) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let (standardInput, output) = (Pipe(), Pipe())
    process.standardInput = standardInput
    process.standardOutput = output
    process.standardError = output
    try process.run()
    standardInput.fileHandleForWriting.write(Data(input.utf8))
    try standardInput.fileHandleForWriting.close()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, [UInt8](said))
}
