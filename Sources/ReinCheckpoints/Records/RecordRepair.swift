/// Brings a record into the state in which a run goes on with it: some lines go, among them a last one that does not end.
///
/// A record with lines that say nothing, as after a power cut, is set aside as it was, and goes on with its good lines.
/// One without a good beginning, and whatever is no record at all, is set aside and begun anew.
struct RecordRepair {
    /// What a line is.
    enum Line: Equatable {
        /// The one that must be first, in records that have one.
        case heading
        /// A row with its number.
        case row(Int)
        case removed, unreadable
    }

    /// Whether nothing is there to go on with.
    private(set) var isEmpty = false
    /// What a person should know.
    private(set) var warning: String?

    /// Repairs the record at `path`, if there is one. Rows of numbers after `last` go, as far back as rows count up: what is
    /// before a row of a number that was there already is of another time, and is not done again.
    ///
    /// - Parameters:
    ///   - last: the number of the last row that stays.
    ///   - read: what a line is; asked once for each, in order, until the first that spoils the whole.
    /// - Throws: `StateError` when that cannot be done.
    init(of path: String, continuingAfter last: Int, _ read: (String) -> Line) throws(StateError) {
        guard try LocalFile.exists(path) else {
            isEmpty = true
            return
        }
        var keeps: [Bool] = []
        // The rows of the last time, and the number of the newest.
        var later: [Int] = []
        var newest = Int.min
        var damage: String?
        var isSpoilt = false
        do {
            var reader = try LineReader(opening: path, limit: LineFile.lineLimit)
            while !isSpoilt, let bytes = try reader.next() {
                let line = reader.isWhole ? read(String(decoding: bytes, as: UTF8.self)) : .removed
                switch line {
                case .heading: keeps.append(true)
                case .row(let number):
                    if number <= newest { later = [] }
                    if number > last { later.append(keeps.count) }
                    newest = number
                    keeps.append(true)
                case .removed, .unreadable: keeps.append(false)
                }
                guard line == .unreadable else { continue }
                damage = damage ?? "\(path), line \(keeps.count), is damaged"
                isSpoilt = keeps.count == 1
            }
        } catch {
            damage = "\(error)"
            isSpoilt = true
        }
        for index in later { keeps[index] = false }
        try setRight(path, keeps, damage, isSpoilt: isSpoilt)
    }

    /// Removes the lines that do not stay, and sets the record aside as it was when it is damaged.
    private mutating func setRight(
        _ path: String, _ keeps: [Bool], _ damage: String?, isSpoilt: Bool
    ) throws(StateError) {
        if let damage {
            let place = try LocalFile.setAside(path, keepingName: !isSpoilt)
            warning =
                "\(damage): the record is now \(place), and "
                + (isSpoilt ? "a new one is begun" : "what is good of it goes on under its name")
        }
        if isSpoilt {
            isEmpty = true
        } else {
            try LineFile.keepLines(of: path) { index, _ in index < keeps.count && keeps[index] }
            isEmpty = !keeps.contains(true)
        }
    }
}
