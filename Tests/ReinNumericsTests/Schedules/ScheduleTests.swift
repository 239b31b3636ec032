import ReinCheckpoints
import ReinNumerics
import Testing

@Suite("Schedules")
struct ScheduleTests {
    @Test("A piecewise schedule goes straight between its points and stays at its ends")
    func values() {
        let schedule = Schedule.piecewise([
            .init(step: 10, value: 1), .init(step: 20, value: 3), .init(step: 40, value: 0),
        ])
        #expect([0, 10, 15, 20, 30, 40, 1_000].map(schedule.value(at:)) == [1, 1, 2, 3, 1.5, 0, 0])
        #expect(Schedule.constant(0.25).value(at: 7) == 0.25)
        #expect(Schedule.linear(from: 3e-4, to: 0, over: 100_000).value(at: 50_000) == 1.5e-4)
        #expect(Schedule.linear(from: 1, to: 2, over: 4).cornerValues == [1, 2])
    }

    @Test("Schedules are written as a number or as pairs, and read back equal")
    func coding() throws {
        for schedule: Schedule in [
            0.1, 3, .linear(from: 1, to: 0.5, over: 7), .piecewise([.init(step: 0, value: 2)]),
        ] {
            let tree = StateEncoder().encode(schedule)
            #expect(try StateDecoder().decode(Schedule.self, from: tree) == schedule)
            #expect(try StateDecoder().decode(Schedule.self, from: JSON.parse(JSON.text(tree))) == schedule)
        }
        #expect(JSON.text(StateEncoder().encode(Schedule.linear(from: 1, to: 0, over: 9))) == "[[0,1.0],[9,0.0]]")
        #expect(try StateDecoder().decode(Schedule.self, from: JSON.parse("[[0, 1], [10, 0.5]]")).value(at: 10) == 0.5)
    }

    @Test(
        "What is not a schedule is refused",
        arguments: [
            "[]", "[[0, 1], [0, 2]]", "[[5, 1], [4, 2]]", "[[-1, 1]]", "\"fast\"", "[[0, 1, 2]]", "[1, 2]", "{}",
        ])
    func refusals(text: String) throws {
        let tree = try JSON.parse(text)
        #expect(throws: StateError.self) { try StateDecoder().decode(Schedule.self, from: tree) }
    }

    @Test("Problems are said in words")
    func problems() {
        #expect(Schedule.constant(.nan).problem != nil)
        #expect(Schedule.piecewise([]).problem == "a schedule needs at least one [step, value] pair")
        #expect(
            Schedule.piecewise([.init(step: 3, value: 0), .init(step: 2, value: 0)]).problem
                == "steps must ascend, but 2 follows 3")
        #expect(Schedule.linear(from: 1, to: 0, over: 2).problem == nil)
    }
}
