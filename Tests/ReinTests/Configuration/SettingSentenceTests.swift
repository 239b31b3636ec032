import Foundation
import Rein
import Testing

/// What `rein settings` says, against what the sources say.
@Suite("Sentences of settings")
struct SettingSentenceTests {
    @Test("PPO's are the first ones of the documentation")
    func ppo() throws { try compare(PPO.Configuration.settings, "PPOConfiguration", network: "NetworkConfiguration") }

    @Test("DQN's are the first ones of the documentation")
    func dqn() throws {
        try compare(DQN.Configuration.settings, "DQNConfiguration", network: "DQNNetworkConfiguration")
    }

    @Test("SAC's are the first ones of the documentation")
    func sac() throws {
        try compare(SAC.Configuration.settings, "SACConfiguration", network: "SACNetworkConfiguration")
    }

    private func compare(_ settings: [Setting], _ type: String, network: String) throws {
        let sections = [
            "adam": try SourceComments(of: "Configuration", in: "Adam.swift"),
            "network": try SourceComments(of: network, in: "\(network).swift"),
        ]
        let own = try SourceComments(of: type, in: "\(type).swift")
        for setting in settings {
            let parts = setting.key.split(separator: ".").map(String.init)
            let comments = parts.count > 1 ? try #require(sections[parts[0]]) : own
            #expect(setting.summary == comments.firstSentence(of: parts[parts.count - 1]), "\(setting.key)")
        }
    }
}

/// The documentation of the properties of a type, read from the source.
private struct SourceComments {
    private var comments: [String: String] = [:]

    /// Reads the first declaration of a type in a file of `Sources`, wherever that lies.
    init(of type: String, in file: String) throws {
        let root = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined() + "/Sources"
        let files = try #require(FileManager.default.enumerator(atPath: root))
        let path = try #require(
            files.lazy.compactMap { $0 as? String }.first { $0.split(separator: "/").last == file[...] })
        let lines = try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        let first = try #require(lines.firstIndex { $0.contains("public struct \(type):") })
        let indent = lines[first].prefix { $0 == " " }
        var comment: [Substring] = []
        for line in lines[(first + 1)...] {
            if line.hasPrefix("\(indent)}") { break }
            let text = line.drop { $0 == " " }
            if text.hasPrefix("/// ") {
                comment.append(text.dropFirst(4))
                continue
            }
            if line.hasPrefix("\(indent)    public var ") {
                let name = text.dropFirst("public var ".count).prefix { $0.isLetter || $0.isNumber }
                comments[String(name)] = comment.joined(separator: " ")
            }
            comment = []
        }
    }

    /// A comment up to the first full stop that a new sentence follows.
    func firstSentence(of name: String) -> String? {
        guard let comment = comments[name] else { return nil }
        var index = comment.startIndex
        while let end = comment[index...].firstRange(of: ". ") {
            if comment[end.upperBound...].first?.isUppercase == true { return String(comment[...end.lowerBound]) }
            index = end.upperBound
        }
        return comment
    }
}
