import Foundation
import Synchronization

@testable import Rein

/// Participants in one process, each on a thread of its own, that exchange bytes through memory.
final class Participants: Sendable {
    private struct Mail {
        /// What was sent and has not been received, by sender and receiver.
        var letters: [[Int]: [[UInt8]]] = [:]
    }

    private let mail = Mutex(Mail())
    let count: Int

    init(_ count: Int) { self.count = count }

    /// One of them.
    struct Participant: Collective {
        let participants: Participants
        let participant: Int
        var participantCount: Int { participants.count }

        func exchange(
            _ bytes: UnsafeRawBufferPointer, for received: UnsafeMutableRawBufferPointer, with other: Int
        ) {
            participants.send(Array(bytes), from: participant, to: other)
            received.copyBytes(from: participants.receive(from: other, to: participant, count: received.count))
        }
    }

    private func send(_ bytes: [UInt8], from sender: Int, to receiver: Int) {
        precondition(sender != receiver && (0..<count).contains(receiver), "\(sender) cannot write to \(receiver)")
        mail.withLock { $0.letters[[sender, receiver], default: []].append(bytes) }
    }

    private func receive(from sender: Int, to receiver: Int, count: Int) -> [UInt8] {
        while true {
            let letter = mail.withLock { mail -> [UInt8]? in
                guard let first = mail.letters[[sender, receiver]]?.first else { return nil }
                mail.letters[[sender, receiver]]?.removeFirst()
                return first
            }
            if let letter {
                precondition(letter.count == count, "\(count) bytes are expected, \(letter.count) were sent")
                return letter
            }
            usleep(20)
        }
    }

    /// Whether everything that was sent has been received.
    var isDone: Bool { mail.withLock { $0.letters.values.allSatisfy(\.isEmpty) } }

    /// Runs what each participant does, all at the same time.
    static func run<Result: Sendable>(
        _ count: Int, _ body: @Sendable @escaping (any Collective) -> Result
    ) -> [Result] {
        let participants = Participants(count)
        let results = Mutex([Result?](repeating: nil, count: count))
        let group = DispatchGroup()
        for index in 0..<count {
            group.enter()
            Thread.detachNewThread {
                let result = body(Participant(participants: participants, participant: index))
                results.withLock { $0[index] = result }
                group.leave()
            }
        }
        group.wait()
        precondition(participants.isDone, "something was sent that nobody received")
        return results.withLock { $0.compactMap(\.self) }
    }
}
