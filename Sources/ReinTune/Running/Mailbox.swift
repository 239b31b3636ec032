import Synchronization

/// What workers have to say, until whoever decides has time for it. One task reads.
final class Mailbox<Message: Sendable>: Sendable {
    private struct Contents {
        var messages: [Message] = []
        var reader: CheckedContinuation<[Message], Never>?
    }

    private let contents = Mutex(Contents())

    /// Leaves a message.
    func post(_ message: Message) {
        let reader = contents.withLock { contents in
            guard let reader = contents.reader else {
                contents.messages.append(message)
                return nil as CheckedContinuation<[Message], Never>?
            }
            contents.reader = nil
            return reader
        }
        reader?.resume(returning: [message])
    }

    /// All messages in the order of their arrival; waits for one when there is none.
    func messages() async -> [Message] {
        await withCheckedContinuation { reader in
            let messages = contents.withLock { contents in
                guard !contents.messages.isEmpty else {
                    contents.reader = reader
                    return [] as [Message]
                }
                defer { contents.messages = [] }
                return contents.messages
            }
            if !messages.isEmpty { reader.resume(returning: messages) }
        }
    }
}
