import Rein

/// The symbolic link `runs/latest`: to the run below `runs` that was begun or resumed last.
enum LatestRun {
    /// The name of the link.
    static let name = "latest"
    private static let folder = "runs"

    /// Leads the link to a claimed run, at one stroke, if the run lies in `runs`. Something else of that name stays, and
    /// a file system without links has none: it is a convenience.
    static func set(to run: RunDirectory) {
        guard let path = try? LocalFile.absolutePath(run.path), let slash = path.lastIndex(of: "/"),
            let parent = try? LocalFile.absolutePath(folder), path[..<slash] == parent
        else { return }
        LocalFile.replaceLink(
            "\(parent)/\(name)", to: String(path[path.index(after: slash)...]),
            through: TemporaryName.replacing("\(path)/\(name)"))
    }
}
