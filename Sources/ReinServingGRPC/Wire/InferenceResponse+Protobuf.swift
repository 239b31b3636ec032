#if ServingGRPC
import ReinNumerics
import ReinServing

extension InferenceResponse {
    /// Writes the response as `ModelInferResponse`: the elements of all outputs are in `raw_output_contents`.
    func write(to writer: inout ProtobufWriter) {
        writer.text(1, model)
        writer.text(2, version)
        writer.text(3, id ?? "")
        for output in outputs {
            writer.message(5) { writer in
                writer.text(1, output.name)
                writer.text(2, output.datatype.rawValue)
                writer.packed(3, output.shape)
            }
        }
        for output in outputs { writer.field(6, UnsafeRawBufferPointer(output.bytes.elements)) }
    }

    /// At least as many bytes as the message takes.
    var messageCapacity: Int {
        outputs.reduce(64 + model.utf8.count + version.utf8.count + (id?.utf8.count ?? 0)) {
            $0 + $1.bytes.count + $1.name.utf8.count + 10 * $1.shape.count + 40
        }
    }
}
#endif
