import Testing

@testable import ReinCheckpoints

@Suite("NumPy arrays as text")
struct NumPyTextTests {
    @Test("What is written is read", arguments: [[], [0], [4], [2, 3], [2, 1, 2]])
    func roundTrip(shape: [Int]) throws {
        let count = shape.reduce(1, *)
        let tensor = StateTensor((0..<count).map { Float($0) + 0.5 }, shape: shape)
        let read = try NumPyText.tensor(NumPyText.text(tensor))
        #expect(read == tensor)
    }

    @Test("A text of RLlib's is read")
    func rllib() throws {
        // The upper bounds of CartPole's observations.
        let text =
            "eJyb7BfqGxDJyFDGUK2eklqcXKRupaBuk2airqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RomOpo6CrUKFACuWTNnOvz/X18fUH7N"
            + "DkQDAFvlJTo="
        let tensor = try NumPyText.tensor(text)
        #expect(tensor.shape == [4])
        let floats = try tensor.floats()
        #expect(floats == [4.8, .greatestFiniteMagnitude, 0.418_879_03, .greatestFiniteMagnitude])
    }

    @Test("What is no array of numbers is refused")
    func refusals() throws {
        func text(_ header: String, _ elements: [UInt8] = [0, 0, 0, 0]) -> String {
            let header = Array((header + "\n").utf8)
            return Base64.text(
                ZlibStream.pack(
                    [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count), 0] + header + elements))
        }
        let good = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }"
        #expect(try NumPyText.tensor(text(good)).shape == [1])
        let wrong = [
            "", "!", "AAAA", text(""), text("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"),
            text("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"),
            text("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }"),
            text("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 3), }"),
            text("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1), }"),
            text("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }"),
            text("{'descr': '<f4', 'shape': (1,), }"), text(good, [0, 0, 0]),
        ]
        for text in wrong { #expect(throws: StateError.self) { try NumPyText.tensor(text) } }
    }
}
