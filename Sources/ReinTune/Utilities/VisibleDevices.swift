import ReinProcesses

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The GPUs that a process may use, as `CUDA_VISIBLE_DEVICES` lists them.
enum VisibleDevices {
    /// The list of this process; nil when the variable is not set, so that all may be used.
    static var current: [String]? { SystemText.variable(variable).map(parse) }

    private static let variable = "CUDA_VISIBLE_DEVICES"

    /// Changes the list of this process, before anybody has read it.
    static func set(_ list: String) { setenv(variable, list, 1) }

    /// The entries of a list. As in CUDA, those behind one that is no GPU do not count: `0,-1,1` is GPU 0.
    static func parse(_ text: String) -> [String] {
        var entries: [String] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let entry = String(part.filter { !$0.isWhitespace })
            let isIndex = !entry.isEmpty && entry.allSatisfy { $0.isASCII && $0.isNumber }
            guard isIndex || entry.hasPrefix("GPU-") || entry.hasPrefix("MIG-") else { break }
            entries.append(entry)
        }
        return entries
    }
}
