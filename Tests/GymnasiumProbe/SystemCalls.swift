#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Writes out what was printed.
func flush() { fflush(nil) }

/// Rests for a while.
func pause(milliseconds: UInt32) { usleep(milliseconds * 1000) }

/// The number of files that this process has open.
var openFiles: Int { (0..<1024).count { fcntl($0, F_GETFD) != -1 } }
