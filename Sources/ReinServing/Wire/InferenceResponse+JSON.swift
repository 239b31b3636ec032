#if Serving
import ReinNumerics

extension InferenceResponse {
    /// Writes the body of a response: the JSON, then the bytes of the binary outputs in their order, without padding.
    ///
    ///     {"model_name":"pol0","model_version":"10","id":"r-1","outputs":[
    ///         {"name":"action","datatype":"INT64","shape":[1],"data":[1]},
    ///         {"name":"output","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":8}}]}
    ///
    /// `data` is flat. Numbers are written with the fewest digits that give back the same bits; those that are not finite,
    /// for which JSON has no words, as null, and so are elements of `FP16`, `BF16` and `BYTES`, which no policy gives.
    ///
    /// - Parameters:
    ///   - body: what the response is added to.
    ///   - encodings: which outputs are binary.
    /// - Returns: the number of bytes of JSON, if there is a binary output; nil if all of it is JSON.
    public func write(to body: inout [UInt8], encodings: OutputEncodings = OutputEncodings()) -> Int? {
        let start = body.count
        body.reserveCapacity(start + capacity(encodings))
        body.append(text: "{\"model_name\":")
        body.append(quoted: model)
        body.append(text: ",\"model_version\":")
        body.append(quoted: version)
        if let id {
            body.append(text: ",\"id\":")
            body.append(quoted: id)
        }
        body.append(text: ",\"outputs\":[")
        var hasBinary = false
        for (index, output) in outputs.enumerated() {
            let isBinary = encodings.isBinary(at: index)
            if index > 0 { body.append(UInt8(ascii: ",")) }
            output.writeJSON(to: &body, isBinary: isBinary)
            hasBinary = hasBinary || isBinary
        }
        body.append(text: "]}")
        guard hasBinary else { return nil }
        let length = body.count - start
        for (index, output) in outputs.enumerated() where encodings.isBinary(at: index) {
            body.append(contentsOf: output.bytes.elements)
        }
        return length
    }

    /// At least as many bytes as the body takes, save for escapes.
    private func capacity(_ encodings: OutputEncodings) -> Int {
        var capacity = 100 + model.utf8.count + version.utf8.count + (id?.utf8.count ?? 0)
        for (index, output) in outputs.enumerated() {
            capacity += 100 + output.name.utf8.count + 21 * output.shape.count
            if encodings.isBinary(at: index) {
                capacity += output.bytes.count
            } else if let width = output.datatype.width {
                capacity += output.bytes.count / width * output.datatype.textLength
            }
        }
        return capacity
    }
}

extension InferenceTensor {
    /// Writes what the JSON says of an output.
    fileprivate func writeJSON(to body: inout [UInt8], isBinary: Bool) {
        body.append(text: "{\"name\":")
        body.append(quoted: name)
        body.append(text: ",\"datatype\":\"")
        body.append(utf8: datatype.rawValue)
        body.append(text: "\",\"shape\":[")
        for (axis, length) in shape.enumerated() {
            if axis > 0 { body.append(UInt8(ascii: ",")) }
            body.append(number: length)
        }
        if isBinary {
            body.append(text: "],\"parameters\":{\"binary_data_size\":")
            body.append(number: bytes.count)
            body.append(text: "}}")
        } else {
            body.append(text: "],\"data\":[")
            writeElements(to: &body)
            body.append(text: "]}")
        }
    }

    private func writeElements(to body: inout [UInt8]) {
        switch datatype {
        case .bool: writeElements(UInt8.self, to: &body) { $0.append(text: $1 == 0 ? "false" : "true") }
        case .uint8: writeElements(UInt8.self, to: &body) { $0.append(number: $1) }
        case .uint16: writeElements(UInt16.self, to: &body) { $0.append(number: $1) }
        case .uint32: writeElements(UInt32.self, to: &body) { $0.append(number: $1) }
        case .uint64: writeElements(UInt64.self, to: &body) { $0.append(number: $1) }
        case .int8: writeElements(Int8.self, to: &body) { $0.append(number: $1) }
        case .int16: writeElements(Int16.self, to: &body) { $0.append(number: $1) }
        case .int32: writeElements(Int32.self, to: &body) { $0.append(number: $1) }
        case .int64: writeElements(Int64.self, to: &body) { $0.append(number: $1) }
        case .fp32: writeElements(Float.self, to: &body) { $0.append(float: $1) }
        case .fp64: writeElements(Double.self, to: &body) { $0.append(double: $1) }
        case .fp16, .bf16: writeElements(UInt16.self, to: &body) { body, _ in body.append(text: "null") }
        case .bytes: writeElements(UInt8.self, to: &body) { body, _ in body.append(text: "null") }
        }
    }

    @inline(__always)
    private func writeElements<Element: BitwiseCopyable>(
        _ type: Element.Type, to body: inout [UInt8], write: (inout [UInt8], Element) -> Void
    ) {
        let elements = UnsafeRawBufferPointer(bytes.elements).assumingMemoryBound(to: type)
        for index in elements.indices {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            write(&body, elements[index])
        }
    }
}

extension TensorDatatype {
    /// The most characters that an element takes in JSON, and a comma.
    fileprivate var textLength: Int {
        switch self {
        case .uint8, .int8, .fp16, .bf16, .bytes: 5
        case .bool, .uint16: 6
        case .int16: 7
        case .uint32, .int32: 12
        case .fp32: 16
        case .uint64, .int64: 21
        case .fp64: 25
        }
    }
}
#endif
