import ReinCheckpoints

/// Where a tensor's numbers lie in a storage of floats.
struct TorchTensor {
    /// The length of each axis.
    let shape: [Int]
    /// The name of the storage in the archive, and the number of floats it has.
    let storage: String
    let storageCount: Int
    private let offset: Int
    private let strides: [Int]

    /// Reads a description.
    ///
    /// - Throws: `StateError` when it is none, not of 32-bit floats, or reaches beyond its storage.
    init(_ view: PickleView) throws(StateError) {
        guard view.recordName == "torch._utils._rebuild_tensor_v2" else { throw view.mismatch("tensor") }
        let arguments = try view.arguments(first: 4)
        let identifier = try arguments[0].identifier().elements(first: 5)
        guard try identifier[0].string() == "storage", let type = identifier[1].globalName else {
            throw arguments[0].error(.malformed, "is no storage")
        }
        guard type == "torch.FloatStorage" else {
            throw view.error(.wrongType, "expected 32-bit floats, found a \(type)")
        }
        storage = try identifier[2].string()
        guard !storage.isEmpty, storage.utf8.count < 20, storage.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw identifier[2].error(.malformed, "no name of a storage: \"\(storage.shortened)\"")
        }
        storageCount = try identifier[4].int()
        offset = try arguments[1].int()
        shape = try arguments[2].sizes()
        strides = try arguments[3].sizes()
        guard (0...TorchArchive.storageLimit / 4).contains(storageCount), fitsStorage else {
            throw view.error(
                .malformed,
                "a tensor \(shape) from \(offset) on, strides \(strides), is not inside \(storageCount) numbers")
        }
    }

    /// The number of elements.
    var count: Int { shape.reduce(1, *) }

    /// Whether every element has a number, and the tensor no more elements than the storage has numbers: a stride of 0
    /// could make any number of them.
    private var fitsStorage: Bool {
        guard (0...storageCount).contains(offset), shape.count == strides.count, shape.count <= 8 else { return false }
        var count = 1
        var last = offset
        for (length, stride) in zip(shape, strides) {
            let (product, overflow) = count.multipliedReportingOverflow(by: length)
            let (reach, tooFar) = max(length - 1, 0).multipliedReportingOverflow(by: stride)
            guard !overflow, product <= storageCount, !tooFar, reach <= storageCount else { return false }
            count = product
            last += reach
            guard last <= storageCount else { return false }
        }
        return count == 0 || last < storageCount
    }

    /// The elements, row-major.
    ///
    /// - Parameter bytes: the storage, `storageCount` little-endian floats.
    func floats(_ bytes: [UInt8]) -> [Float] {
        precondition(bytes.count == storageCount * 4, "another storage")
        let count = count
        var index = [Int](repeating: 0, count: shape.count)
        return bytes.withUnsafeBytes { bytes in
            (0..<count).map { _ in
                var place = offset
                for axis in index.indices { place += index[axis] * strides[axis] }
                for axis in index.indices.reversed() {
                    index[axis] += 1
                    if index[axis] < shape[axis] { break }
                    index[axis] = 0
                }
                return Float(
                    bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place * 4, as: UInt32.self)))
            }
        }
    }
}
