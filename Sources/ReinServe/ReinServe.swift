#if Serving
import ArgumentParser

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The program `rein-serve`.
@main
struct ReinServe {
    static func main() async {
        // Until the server looks for it, SIGHUP waits, also on the threads that begin later: it would end the program.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGHUP)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        await ServeCommand.main()
    }
}
#else
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Without the trait there is no server in the program, which says how to get one.
@main
struct ReinServe {
    static func main() {
        StandardError.say("rein-serve was built without the trait Serving: swift run --traits Serving rein-serve")
        exit(64)
    }
}
#endif
