#if Serving
import ReinCheckpoints
package import ReinNumerics

/// Tensors as clients send them, for every transport that brings them as bytes.
extension InferenceTensor {
    /// Copies elements that have come as bytes, little-endian, into aligned memory.
    ///
    /// - Parameters:
    ///   - size: what says how many bytes there are, as `binary_data_size 16`.
    ///   - label: how a message calls the input.
    /// - Throws: `ServingError` when the bytes are not those of the shape, or not those of numbers.
    package static func copy(
        _ bytes: UnsafeRawBufferPointer, _ datatype: TensorDatatype, _ shape: [Int], size: @autoclosure () -> String,
        of label: @autoclosure () -> String
    ) throws(ServingError) -> AlignedBuffer<UInt8> {
        let width = datatype.width ?? 1
        guard let count = elementCount(of: shape, limit: bytes.count), count * width == bytes.count else {
            throw ServingError(
                .invalidArgument,
                "\(label()): \(size()), but shape \(shape) of \(datatype.rawValue) takes "
                    + (elementCount(of: shape, limit: 1 << 40).map { "\($0 * width)" } ?? "more"))
        }
        let buffer = AlignedBuffer<UInt8>(count: bytes.count)
        if let source = bytes.baseAddress, !bytes.isEmpty {
            UnsafeMutableRawPointer(buffer.pointer).copyMemory(from: source, byteCount: bytes.count)
        }
        if let fault = datatype.firstFault(in: UnsafeRawBufferPointer(buffer.elements), count: count) {
            throw ServingError(.invalidArgument, "\(label()): \(fault)")
        }
        return buffer
    }
}

extension TensorDatatype {
    /// Finds a datatype that policies may take, by the name that a client gives it.
    ///
    /// - Parameter label: how a message calls the input.
    /// - Throws: `ServingError` for an unknown name.
    package init(named name: String, of label: @autoclosure () -> String) throws(ServingError) {
        guard let datatype = TensorDatatype(rawValue: name) else {
            let known = TensorDatatype.allCases.map(\.rawValue).joined(separator: ", ")
            throw ServingError(
                .invalidArgument, "\(label()): expected a datatype out of \(known), found \"\(name.shortened)\"")
        }
        self = datatype
    }

    /// The refusal of what has no width.
    ///
    /// - Parameter label: how a message calls the input.
    /// - Returns: the number of bytes of an element.
    /// - Throws: `ServingError` for `BYTES`.
    package func requireWidth(of label: @autoclosure () -> String) throws(ServingError) -> Int {
        guard let width else {
            throw ServingError(.invalidArgument, "\(label()): datatype BYTES, which no policy takes")
        }
        return width
    }
}
#endif
