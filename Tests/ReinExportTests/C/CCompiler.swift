import Foundation
import ReinTestSupport
import Testing

/// A compiler of C and C++ on this machine.
struct CCompiler: Sendable, CustomStringConvertible {
    let description: String
    let path: String

    /// The compilers there are, of gcc and clang.
    static let all: [CCompiler] = ["gcc", "clang"].compactMap(CCompiler.init)
    /// Those that come with the sanitizers of memory and of undefined behaviour.
    static let sanitizing = all.filter { compiler in
        let program = try? withTemporaryDirectory { directory in
            try "int main(void) { return 0; }".write(toFile: "\(directory)/a.c", atomically: false, encoding: .utf8)
            return try compiler.build(.c99, sanitizers, ["\(directory)/a.c"], in: directory)
        }
        return program != nil
    }
    /// What a test is skipped with when there is none.
    static let missing: Comment = "there is neither gcc nor clang"
    static let sanitizers = ["-O0", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]

    /// The language that a file is compiled as, with the warnings that make an error of every remark.
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

    /// Makes a program of files of C.
    ///
    /// - Returns: the path of the program.
    /// - Throws: `Remark` when the compiler says a word about a file, or the program cannot be linked.
    func build(_ language: Language, _ options: [String], _ sources: [String], in directory: String) throws -> String {
        var objects: [String] = []
        for source in sources {
            objects.append("\(source).o")
            let arguments = language.options + options + ["-c", "-o", "\(source).o", source]
            let (status, output) = try run(path, arguments)
            guard status == 0, output.isEmpty else { throw Remark(self, status, output) }
        }
        // What linkers have to say about the libraries of sanitizers is none of a header's business.
        let program = "\(directory)/program"
        let (status, output) = try run(path, options + ["-o", program] + objects + ["-lm"])
        guard status == 0 else { throw Remark(self, status, output) }
        return program
    }

    /// What a compiler has to say.
    struct Remark: Error, CustomStringConvertible {
        let description: String

        init(_ compiler: CCompiler, _ status: Int32, _ output: [UInt8]) {
            description = "\(compiler), status \(status): " + String(decoding: output.prefix(800), as: UTF8.self)
        }
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
