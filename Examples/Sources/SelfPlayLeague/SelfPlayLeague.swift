import Foundation
import Rein

/// Tic-tac-toe learnt by playing against oneself and frozen former selves.
///
///     swift run -c release --package-path Examples SelfPlayLeague [generations] [seed] [folder for checkpoints]
///
/// After every generation the player meets its former selves and joins them as a copy. Ratings follow from the games,
/// and whom it trains against from the results: more often those that it does not beat. The weakest leave when there are
/// too many. At the end it plays against chance and against a player that makes no mistakes.
@main
struct SelfPlayLeague {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst().map(\.self)
        let generations = arguments.first.flatMap { Int($0) } ?? 40
        let seed = arguments.dropFirst().first.flatMap { Int($0) } ?? 0
        var league = try League(seed: seed)
        var saved: String?
        print("before: \(try Report(of: league.algorithm).text)")
        for generation in 1...max(1, generations) {
            try league.play(generation)
            print(
                "generation \(generation): rating \(Int(league.ratings[League.main])), "
                    + "\(league.algorithm.counters.episodes) games, former selves: "
                    + league.formerSelves.map { "\(Int(league.ratings[$0]))" }.joined(separator: ", "))
            fflush(nil)
            if let folder = arguments.dropFirst(2).first {
                let path = "\(folder)/generation_\(generation)"
                // What has not changed since the last checkpoint is not written again.
                try league.algorithm.save(to: path, sharingWith: saved)
                saved = path
            }
        }
        print("after: \(try Report(of: league.algorithm).text)")
    }
}
