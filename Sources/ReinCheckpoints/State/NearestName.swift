/// Returns the candidate that `name` was probably meant to be, or nil when none is near it.
///
/// Upper and lower case and the marks between words (`_ - . /` and spaces) do not count. What is left is near a
/// candidate when a character in three, at the most, is inserted, removed, replaced or exchanged with the next one (the
/// distance of Damerau and Levenshtein), or when it is the candidate's beginning or end and not shorter than three
/// characters. Of several candidates at the same distance the last is returned, which in a sorted list is the newest
/// version of a name. The name itself is never the answer, though it may be among the candidates.
package func nearestName(to name: String, in candidates: [String]) -> String? {
    let target = letters(of: name)
    var nearest: (name: String, distance: Int)?
    for candidate in candidates where candidate != name {
        let source = letters(of: candidate)
        let longest = max(source.count, target.count)
        let isPart =
            target.count >= 3 && source.count >= target.count
            && (Array(source.prefix(target.count)) == target || Array(source.suffix(target.count)) == target)
        // Lengths that differ by more say enough, whatever somebody calls a thing.
        guard isPart || 3 * abs(source.count - target.count) <= longest else { continue }
        let distance = editDistance(source, target)
        guard isPart || 3 * distance <= longest, distance <= nearest?.distance ?? .max else { continue }
        nearest = (candidate, distance)
    }
    return nearest?.name
}

/// What is said about a name that is not among those there are: the problem, the nearest name if one is near, and the
/// rest, which lists them.
///
///     there is no policy "mian"; did you mean "main"? The policies are "main", "old"
///     there is no policy "x"; the policies are "main", "old"
///
/// - Parameters:
///   - remark: what is to be known about the nearest name, behind a comma.
///   - rest: a sentence that begins with a small letter.
package func unknownName(_ problem: String, nearest: String?, remark: String? = nil, rest: String) -> String {
    guard let nearest else { return "\(problem); \(rest)" }
    let remark = remark.map { ", \($0)" } ?? ""
    return
        "\(problem); did you mean \"\(nearest.shortened)\"\(remark)? \(rest.prefix(1).uppercased())\(rest.dropFirst())"
}

/// The characters of a name that tell it from others, in lower case, by their numbers.
private func letters(of name: String) -> [Int] {
    var letters: [Int] = []
    for scalar in name.lowercased().unicodeScalars {
        switch scalar {
        case "_", "-", ".", "/", " ": break
        default: letters.append(Int(scalar.value))
        }
    }
    return letters
}

private func editDistance(_ source: [Int], _ target: [Int]) -> Int {
    var before: [Int] = []
    var row = Array(0...target.count)
    for index in source.indices {
        var next = [index + 1]
        for column in target.indices {
            let replaced = row[column] + (source[index] == target[column] ? 0 : 1)
            var distance = min(replaced, row[column + 1] + 1, next[column] + 1)
            if index > 0, column > 0, source[index] == target[column - 1], source[index - 1] == target[column] {
                distance = min(distance, before[column - 1] + 1)
            }
            next.append(distance)
        }
        (before, row) = (row, next)
    }
    return row[target.count]
}
