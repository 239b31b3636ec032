import ReinCommand

/// The program `rein`.
@main
struct ReinProgram {
    static func main() { ReinCommand.main() }
}
