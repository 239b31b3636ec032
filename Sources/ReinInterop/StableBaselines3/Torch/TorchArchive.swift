import ReinCheckpoints

/// A file of `torch.save` that holds a state dictionary: named tensors, whose numbers lie beside a pickle in a zip
/// archive.
struct TorchArchive {
    /// The largest number of bytes of the pickle that names the tensors.
    static let pickleLimit = 1 << 24
    /// The largest number of bytes of one tensor's numbers.
    static let storageLimit = 1 << 30
    /// How many times as many numbers as a tensor a storage may have. Every parameter has a storage of its own; one that
    /// many share would be read for each of them.
    private static let storageExcess = 4

    private static let globals: Set<String> = [
        "collections.OrderedDict", "torch._utils._rebuild_tensor_v2", "torch.FloatStorage", "torch.DoubleStorage",
        "torch.HalfStorage", "torch.BFloat16Storage", "torch.LongStorage", "torch.IntStorage", "torch.ShortStorage",
        "torch.CharStorage", "torch.ByteStorage", "torch.BoolStorage",
    ]

    private let archive: ZipArchive
    /// The folder in the archive that everything lies in, with a slash.
    private let folder: String
    private let tensors: [String: TorchTensor]

    /// Opens an archive.
    ///
    /// - Throws: `StateError` when it is none, has big-endian numbers, or holds anything but tensors.
    init(_ bytes: [UInt8]) throws(StateError) {
        guard !bytes.starts(with: [0x80, 0x02]) else {
            throw StateError(
                .unsupportedFormat,
                "is a pickle, as PyTorch saved tensors before PyTorch 1.6; load the agent with a newer one and save it again"
            )
        }
        archive = try ZipArchive(bytes, allowsCompression: false)
        let pickles = archive.entries.keys.filter { $0.hasSuffix("/data.pkl") && $0.split(separator: "/").count == 2 }
        guard let pickle = pickles.first, pickles.count == 1 else {
            throw StateError(.malformed, "is no file of torch.save: it has \(pickles.count) entries \"data.pkl\"")
        }
        folder = String(pickle.dropLast("data.pkl".count))
        if archive.entries["\(folder)byteorder"] != nil {
            let order = String(decoding: try archive.read("\(folder)byteorder", limit: 16), as: UTF8.self)
            guard order == "little" else {
                throw StateError(
                    .unsupportedFormat,
                    "numbers in \(order.shortened)-endian order are not read; save the agent on a little-endian machine",
                    path: "\(folder)byteorder")
            }
        }
        let document = try PickleReader.read(
            try archive.read(pickle, limit: Self.pickleLimit), globals: Self.globals, allowsPersistentIdentifiers: true)
        let root = PickleView(document, path: "")
        guard root.isDictionary || root.recordName == "collections.OrderedDict" else {
            throw root.mismatch("state dictionary")
        }
        var tensors: [String: TorchTensor] = [:]
        for (name, view) in try root.entries() { tensors[name] = try TorchTensor(view) }
        self.tensors = tensors
    }

    /// The names of the tensors.
    var names: [String] { tensors.keys.sortedByBytes }

    /// The numbers of a tensor, row-major.
    ///
    /// - Throws: `StateError` when there is none, of another shape or element type, without its numbers, or with some that
    ///   are not finite.
    func floats(_ name: String, shape: [Int]) throws(StateError) -> [Float] {
        guard let tensor = tensors[name] else { throw StateError(.missingKey, "required, but missing", path: name) }
        guard tensor.shape == shape else {
            throw StateError(.wrongShape, "expected shape \(shape), found \(tensor.shape)", path: name)
        }
        guard tensor.storageCount / Self.storageExcess <= tensor.count else {
            throw StateError(
                .malformed, "\(tensor.count) numbers in a storage of \(tensor.storageCount): a parameter has its own",
                path: name)
        }
        do throws(StateError) {
            let entry = "\(folder)data/\(tensor.storage)"
            let bytes = try archive.read(entry, limit: Self.storageLimit)
            guard bytes.count == tensor.storageCount * 4 else {
                throw StateError(
                    .malformed, "\(tensor.storageCount) numbers are announced, there are \(bytes.count) bytes",
                    path: entry)
            }
            let floats = tensor.floats(bytes)
            guard floats.allSatisfy(\.isFinite) else {
                throw StateError(.outOfRange, "holds numbers that are not finite")
            }
            return floats
        } catch { throw error.nested(under: name) }
    }
}
