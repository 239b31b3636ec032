import CFuzzer

/// A zip archive whose entries are not packed, as PyTorch writes them: enough to change an agent from inside.
struct StoredArchive {
    /// Names and contents, in the archive's order.
    private var entries: [(name: [UInt8], content: [UInt8])] = []

    /// Puts an archive together.
    init(entries: [(name: String, content: [UInt8])]) {
        self.entries = entries.map { (Array($0.name.utf8), $0.content) }
    }

    /// Reads an archive; nil when the bytes are none, or an entry is packed.
    init?(_ bytes: [UInt8]) {
        func number(_ place: Int, _ count: Int) -> Int? {
            guard place >= 0, place + count <= bytes.count else { return nil }
            return (0..<count).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
        }
        guard let end = (0..<bytes.count).reversed().first(where: { number($0, 4) == 0x0605_4B50 }),
            let count = number(end + 10, 2), var place = number(end + 16, 4)
        else { return nil }
        for _ in 0..<count {
            guard number(place, 4) == 0x0201_4B50, number(place + 10, 2) == 0, let size = number(place + 20, 4),
                let nameSize = number(place + 28, 2), let extraSize = number(place + 30, 2),
                let commentSize = number(place + 32, 2), let local = number(place + 42, 4),
                let localName = number(local + 26, 2), let localExtra = number(local + 28, 2)
            else { return nil }
            let content = local + 30 + localName + localExtra
            guard place + 46 + nameSize <= bytes.count, content + size <= bytes.count else { return nil }
            entries.append(
                (Array(bytes[place + 46..<place + 46 + nameSize]), Array(bytes[content..<content + size])))
            place += 46 + nameSize + extraSize + commentSize
        }
    }

    /// The archive with one entry changed, or one of an archive in it.
    func mutated(seed: UInt32) -> StoredArchive {
        guard !entries.isEmpty else { return self }
        var copy = self
        let index = Int(seed / 16) % entries.count
        if let inner = StoredArchive(entries[index].content) {
            copy.entries[index].content = inner.mutated(seed: seed / 7 + 16).bytes
            return copy
        }
        let content = entries[index].content
        let pickled = seed & 0x100 == 0 ? PickledText(content, choice: Int(seed / 512)) : nil
        copy.entries[index].content = pickled?.mutated() ?? content.mutated()
        return copy
    }

    /// The archive as a file.
    var bytes: [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 255) } }
        for (name, content) in entries {
            let checksum = Int(crc32(0, content, UInt32(content.count)))
            let common =
                little(0, 2) + little(0, 2) + little(0, 4) + little(checksum, 4) + little(content.count, 4)
                + little(content.count, 4) + little(name.count, 2) + little(0, 2)
            directory +=
                little(0x0201_4B50, 4) + little(20, 2) + little(20, 2) + common + little(0, 2) + little(0, 2)
                + little(0, 2) + little(0, 4) + little(file.count, 4) + name
            file += little(0x0403_4B50, 4) + little(20, 2) + common + name + content
        }
        let end =
            little(0x0605_4B50, 4) + little(0, 4) + little(entries.count, 2) + little(entries.count, 2)
            + little(directory.count, 4) + little(file.count, 4) + little(0, 2)
        return file + directory + end
    }
}
