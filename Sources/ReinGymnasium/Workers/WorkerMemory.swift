import CSystemCalls
import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Memory that is shared with a worker. It has no name, so that nothing is left of it after a crash.
///
/// `@unchecked Sendable`: the mapping changes only in `map`, which the owner calls when nobody else uses the worker.
final class WorkerMemory: @unchecked Sendable {
    /// The number of the file that it is.
    let descriptor: Int32
    private var mapped: UnsafeMutableRawBufferPointer?
    private var fileSize = 0

    /// Makes memory of no size yet.
    ///
    /// - Throws: `StateError` when the system refuses.
    init() throws(StateError) {
        descriptor = rein_memory_file("rein-environments")
        guard descriptor >= 0 else { throw .system("share memory with a process", "") }
    }

    deinit {
        unmap()
        close(descriptor)
    }

    /// Gives it a size, and fills it with zeros. Pointers into what was mapped before are of no use afterwards.
    ///
    /// - Throws: `StateError` when there is not so much.
    func map(_ size: Int) throws(StateError) -> UnsafeMutableRawPointer {
        unmap()
        if size > fileSize {
            guard uninterrupted({ ftruncate(descriptor, off_t(size)) }) == 0 else {
                throw .system("share \(size) bytes with a process", "")
            }
            fileSize = size
        }
        guard let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
            start != UnsafeMutableRawPointer(bitPattern: -1)
        else { throw .system("share \(size) bytes with a process", "") }
        mapped = UnsafeMutableRawBufferPointer(start: start, count: size)
        memset(start, 0, size)
        return start
    }

    private func unmap() {
        if let mapped { munmap(mapped.baseAddress, mapped.count) }
        mapped = nil
    }
}
