#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Compares bytes that would be written with those of a file that was written earlier.
final class ComparingSink: ByteSink {
    /// Whether something else was to be written than what is in the file. Nothing more is compared then.
    private(set) var hasDifference = false
    private let earlier: EarlierFile
    private let checksum = RunningChecksum()
    private var count = 0
    private let window = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    /// Which bytes of the file are in the window.
    private var read = 0..<0

    /// Starts at the beginning of the file.
    init(_ earlier: EarlierFile) { self.earlier = earlier }

    deinit { window.deallocate() }

    /// Takes the next bytes.
    ///
    /// - Throws: `StateError` at the first difference, for the writer to stop.
    func write(_ bytes: UnsafeRawBufferPointer) throws(StateError) {
        guard !hasDifference, try continuesEarlier(bytes) else {
            hasDifference = true
            throw StateError(.checksumMismatch, "differs from the earlier file", path: earlier.name)
        }
        checksum.update(bytes)
        count += bytes.count
    }

    /// Whether the bytes were those of the whole file, and those that its record tells of.
    func isSame() -> Bool {
        !hasDifference && count == earlier.size && checksum.hexadecimal() == earlier.sha256
    }

    private func continuesEarlier(_ bytes: UnsafeRawBufferPointer) throws(StateError) -> Bool {
        guard bytes.count <= earlier.file.size - count else { return false }
        var rest = bytes[...]
        var place = count
        while let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
            if !read.contains(place) {
                read = place..<place + (try earlier.file.read(into: window, at: place))
                guard !read.isEmpty else { return false }
            }
            let length = min(rest.count, read.upperBound - place)
            guard let known = window.baseAddress, memcmp(known + (place - read.lowerBound), base, length) == 0 else {
                return false
            }
            place += length
            rest = rest.dropFirst(length)
        }
        return true
    }
}
