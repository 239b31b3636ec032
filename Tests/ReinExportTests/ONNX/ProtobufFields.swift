/// The fields of a message of Protocol Buffers, in the order of their numbers.
struct ProtobufFields {
    private enum Value {
        case integer(Int64)
        case bytes(ArraySlice<UInt8>)
    }

    private var fields: [(number: UInt64, value: Value)] = []

    init(_ message: ArraySlice<UInt8>) throws {
        var rest = message
        func varint() throws -> UInt64 {
            var result: UInt64 = 0
            for shift in stride(from: 0, to: 64, by: 7) {
                guard let byte = rest.popFirst() else { throw ReadingProblem("a message ends within a number") }
                result |= UInt64(byte & 0x7f) << UInt64(shift)
                if byte < 0x80 { return result }
            }
            throw ReadingProblem("a number of more than 64 bits")
        }
        while !rest.isEmpty {
            let key = try varint()
            let number = key >> 3
            guard number >= fields.last?.number ?? 1 else { throw ReadingProblem("field \(number) is out of order") }
            switch key & 7 {
            case 0: fields.append((number, .integer(Int64(bitPattern: try varint()))))
            case 2:
                let count = Int(try varint())
                guard count <= rest.count else { throw ReadingProblem("field \(number) is longer than its message") }
                fields.append((number, .bytes(rest.prefix(count))))
                rest = rest.dropFirst(count)
            case let type: throw ReadingProblem("field \(number) has the type \(type)")
            }
        }
    }

    func integers(_ number: UInt64) throws -> [Int64] {
        try fields.filter { $0.number == number }.map { field in
            guard case .integer(let integer) = field.value else { throw ReadingProblem("\(number) is no integer") }
            return integer
        }
    }

    private func slices(_ number: UInt64) throws -> [ArraySlice<UInt8>] {
        try fields.filter { $0.number == number }.map { field in
            guard case .bytes(let bytes) = field.value else { throw ReadingProblem("\(number) is no text or message") }
            return bytes
        }
    }

    func strings(_ number: UInt64) throws -> [String] {
        try slices(number).map { bytes in
            guard let text = String(validating: bytes, as: UTF8.self) else { throw ReadingProblem("no UTF-8") }
            return text
        }
    }

    func messages(_ number: UInt64) throws -> [ProtobufFields] { try slices(number).map(ProtobufFields.init) }

    func integer(_ number: UInt64) throws -> Int64 { try only(integers(number), number) }
    func string(_ number: UInt64) throws -> String { try only(strings(number), number) }
    func bytes(_ number: UInt64) throws -> [UInt8] { Array(try only(slices(number), number)) }
    func message(_ number: UInt64) throws -> ProtobufFields { try only(messages(number), number) }

    private func only<Element>(_ elements: [Element], _ number: UInt64) throws -> Element {
        guard elements.count == 1 else { throw ReadingProblem("field \(number) is there \(elements.count) times") }
        return elements[0]
    }
}
