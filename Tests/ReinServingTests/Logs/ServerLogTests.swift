#if Serving
import Logging
import ReinCheckpoints
import Testing

@testable import ReinServing

@Suite("What a server tells its log")
struct ServerLogTests {
    private func answer(_ path: String = "/v2/models/red/infer?token=s3cret", id: String? = "r-1") -> ServerLog.Answer {
        ServerLog.Answer(
            method: "POST", path: path, status: 400, bytes: 12, took: .microseconds(250),
            subject: RequestSubject(model: "red", version: "10", id: id))
    }

    @Test("Every request is told if somebody wants that, refusals in any case")
    func accesses() throws {
        let quiet = LogLines()
        let log = quiet.log()
        log.note(answer(), refusal: nil)
        #expect(quiet.all.isEmpty)
        log.note(answer(), refusal: .invalidArgument)
        #expect(
            try #require(quiet.all.first).hasSuffix(
                #""level":"notice","message":"refused","id":"r-1","method":"POST","microseconds":250,"model":"red","#
                    + #""path":"/v2/models/red/infer","reason":"invalid_argument","status":400,"version":"10"}"# + "\n")
        )
        let lines = LogLines()
        for _ in 0..<20 { lines.log(accesses: true).note(answer(), refusal: .invalidArgument) }
        #expect(lines.all.count == 20 && lines.all[0].contains(#""message":"request","bytes":12,"id":"r-1""#))
        #expect(lines.all[0].contains(#""reason":"invalid_argument""#))
        lines.log(accesses: true).note(answer(id: nil), refusal: nil)
        #expect(
            try #require(lines.all.last).hasSuffix(
                #""level":"info","message":"request","bytes":12,"method":"POST","microseconds":250,"model":"red","#
                    + #""path":"/v2/models/red/infer","status":400,"version":"10"}"# + "\n"))
    }

    @Test("Of a flood of refusals a few are told, and how many were not")
    func limited() {
        let limiter = RefusalLimiter(perSecond: 2)
        let start = ContinuousClock.now
        var told: [Int?] = (0..<5).map { _ in limiter.admit(.unavailable, now: start) }
        told.append(limiter.admit(.notFound, now: start))
        #expect(told == [0, 0, nil, nil, nil, 0])
        #expect(limiter.takeLeftOut(now: start).isEmpty)
        #expect(limiter.admit(.unavailable, now: start + .seconds(1)) == 3)
        #expect(limiter.admit(.unavailable, now: start + .seconds(1)) == 0)
        #expect(limiter.admit(.unavailable, now: start + .seconds(1)) == nil)
        let left = limiter.takeLeftOut(now: start + .seconds(3))
        #expect(left.map(\.kind) == [.unavailable] && left.map(\.count) == [1])
        #expect(limiter.takeLeftOut(now: start + .seconds(5)).isEmpty)
    }

    @Test("What becomes of models is told, each with its level")
    func events() throws {
        let lines = LogLines()
        let log = lines.log()
        log.note(.loaded(model: "red", version: "1", byteCount: 10, took: .milliseconds(2)))
        log.note(.swapped(model: "red", from: "1", to: "2"))
        log.note(.loadFailed(model: "red", version: "3", reason: "damaged"))
        log.note(.spaceChangeRefused(model: "red", version: "3", reason: "wider"))
        for event: RepositoryEvent in [
            .added(model: "red"), .removed(model: "red"), .retired(model: "red", version: "1"),
            .dropped(model: "red", version: "1"), .unloaded(model: "red"), .lookFailed(path: "/x", reason: "gone"),
        ] { log.note(event) }
        log.noteStart(models: (0..<20).map { "m\($0)" }, at: "http://127.0.0.1:1")
        let trees = try lines.trees
        #expect(
            try trees.map { try "\($0.string("level")) \($0.string("message"))" } == [
                "info loaded", "info swapped", "error load failed", "error change of spaces refused", "info added",
                "info removed", "info retired", "info dropped", "info unloaded", "error look failed",
                "info serving 20 models (m0, m1, m2, m3, m4, m5, m6, m7, m8, m9 ...) on http://127.0.0.1:1",
            ])
        #expect(try trees[0].int("bytes") == 10 && trees[0].int("microseconds") == 2000)
        #expect(try trees[1].string("from") == "1" && trees[1].string("version") == "2")
        #expect(try trees[2].string("reason") == "damaged")
    }
}
#endif
