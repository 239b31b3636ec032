import ReinCheckpoints

/// A policy as an ONNX file.
enum ONNXExport {
    /// The bytes of the file.
    ///
    /// - Throws: `StateError` for an opset that cannot be written, a mask that the policy or the raw form has no room for,
    ///   and weights that are too many for a file.
    static func bytes(of program: PolicyProgram, _ options: ONNXOptions) throws(StateError) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.model(try model(of: program, options))
        return writer.bytes
    }

    /// The file as data; throws as `bytes` does.
    static func model(
        of program: PolicyProgram, _ options: ONNXOptions, version: String = ReinVersion.current
    ) throws(StateError) -> ONNXModel {
        let opsets = ONNXOptions.opsets
        guard opsets.contains(options.opset) else {
            throw StateError(
                .outOfRange,
                "opset \(options.opset) cannot be written, only \(opsets.lowerBound) to \(opsets.upperBound)")
        }
        let graph = ONNXBuilder(
            program, opset: options.opset, isRaw: options.isRaw, hasMask: try hasMask(program, options)
        ).graph
        try ONNXModel.requireFit(byteCount: graph.initialisers.reduce(0) { $0 + $1.byteCount })
        return ONNXModel(
            graph: graph, opset: options.opset, version: version, documentation: program.id,
            metadata: ONNXMetadata.entries(of: program, version: version))
    }

    private static func hasMask(_ program: PolicyProgram, _ options: ONNXOptions) throws(StateError) -> Bool {
        guard options.hasMask == true else {
            return options.hasMask == nil && program.masksActions && !options.isRaw
        }
        if options.isRaw { throw StateError(.unsupportedFormat, "the raw form of ONNX has no mask") }
        if program.maskWidth == 0 {
            throw StateError(.unsupportedFormat, "continuous actions have no mask")
        }
        return true
    }
}
