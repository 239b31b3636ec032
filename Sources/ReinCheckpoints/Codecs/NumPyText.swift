/// NumPy arrays as text: base64 of a zlib stream of a `.npy` file, which RLlib writes the bounds of spaces and the
/// statistics of filters in.
///
/// Format: `numpy.lib.format`, version 1.0: `\x93NUMPY`, two bytes of version, the length of a header of Python literals,
/// the header, the elements.
package enum NumPyText {
    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// Nothing that RLlib writes so is larger: 64 MB.
    private static let sizeLimit = 1 << 26

    /// The tensor in a text.
    ///
    /// - Throws: `StateError` for anything but an array of numbers in C order; arrays of Python objects are refused.
    package static func tensor(_ text: String) throws(StateError) -> StateTensor {
        guard let packed = Base64.bytes(text) else {
            throw StateError(.malformed, "an array that is not base64 text")
        }
        let file = try ZlibStream.unpack(packed, limit: sizeLimit)
        guard file.count >= 10, file.starts(with: magic), file[6] == 1 else {
            throw StateError(.malformed, "an array that is no .npy file of version 1")
        }
        let end = 10 + Int(file[8]) + Int(file[9]) << 8
        guard end <= file.count else { throw StateError(.malformed, "an array whose header is cut off") }
        let header = try Header(String(decoding: file[10..<end], as: UTF8.self))
        return try StateTensor(
            elementType: header.elementType, shape: header.shape, bytes: StateBytes(Array(file[end...])))
    }

    /// The text of a tensor.
    package static func text(_ tensor: StateTensor) -> String {
        let shape = tensor.shape.map { "\($0)," }.joined(separator: " ")
        let tuple = tensor.shape.count > 1 ? String(shape.dropLast()) : shape
        let name = tensor.elementType.numpyName
        var header = "{'descr': '\(name)', 'fortran_order': False, 'shape': (\(tuple)), }"
        let length = 10 + header.utf8.count + 1
        header += String(repeating: " ", count: (64 - length % 64) % 64) + "\n"
        var file = magic + [1, 0]
        file += [UInt8(truncatingIfNeeded: header.utf8.count), UInt8(truncatingIfNeeded: header.utf8.count >> 8)]
        file += Array(header.utf8)
        tensor.withUnsafeBytes { file += Array($0) }
        return Base64.text(ZlibStream.pack(file))
    }

    /// What the header of a `.npy` file says.
    private struct Header {
        var elementType: StateTensor.ElementType
        var shape: [Int]

        /// Reads `{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }`.
        init(_ text: String) throws(StateError) {
            func refusal(_ what: String) -> StateError { StateError(.malformed, "an array \(what)") }
            guard let description = Self.value(of: "descr", in: text), description.first == "'" else {
                throw refusal("without a type of elements")
            }
            let name = String(description.dropFirst()).parts(between: "'")[0]
            if name.contains("O") {
                throw StateError(.unsupportedFormat, "an array of pickled Python objects; pickles are never opened")
            }
            guard let type = StateTensor.ElementType.allCases.first(where: { $0.numpyName == name }) else {
                throw StateError(
                    .unsupportedFormat, "an array of elements of the NumPy type \"\(name.shortened)\"")
            }
            elementType = type
            shape = []
            guard let lengths = Self.value(of: "shape", in: text), lengths.first == "(" else {
                throw refusal("without a shape")
            }
            let list = String(lengths.dropFirst()).parts(between: ")")[0]
            for part in list.parts(between: ",", omittingEmpty: true) {
                guard let length = part.filter({ $0 != " " }).wholeNumber, length >= 0 else {
                    throw refusal("of an impossible shape")
                }
                shape.append(length)
            }
            guard let order = Self.value(of: "fortran_order", in: text) else { throw refusal("without an order") }
            guard order.hasPrefix("False") || shape.count < 2 else {
                throw StateError(.unsupportedFormat, "an array in column-major order")
            }
        }

        /// The text from the value of a key on.
        private static func value(of key: String, in text: String) -> Substring? {
            guard let range = text.firstRange(of: "'\(key)':") else { return nil }
            return text[range.upperBound...].drop { $0 == " " }
        }
    }
}
