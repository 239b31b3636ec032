/// Returns the candidate that takes the fewest changes to turn into `name`, ignoring case, or nil if there is none.
///
/// A change is one character inserted, removed or replaced (Levenshtein's distance). Of several candidates at the
/// same distance the last is returned, which in a sorted list is the newest version of a name.
package func nearestName(to name: String, in candidates: [String]) -> String? {
    let target = Array(name.lowercased())
    let distances = candidates.map { editDistance(Array($0.lowercased()), target) }
    return distances.indices.reversed().min { distances[$0] < distances[$1] }.map { candidates[$0] }
}

private func editDistance(_ source: [Character], _ target: [Character]) -> Int {
    var row = Array(0...target.count)
    for (index, character) in source.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for column in target.indices {
            let replaced = diagonal + (target[column] == character ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
        }
    }
    return row[target.count]
}
