#if Serving
import ReinNumerics
import ReinServing
import Testing

@Suite("Shapes of tensors that clients name")
struct TensorShapeTests {
    @Test("The number of elements is the product of the lengths, or none")
    func count() {
        #expect(InferenceTensor.elementCount(of: [], limit: 10) == 1)
        #expect(InferenceTensor.elementCount(of: [2, 5], limit: 10) == 10)
        #expect(InferenceTensor.elementCount(of: [2, 6], limit: 10) == nil)
        #expect(InferenceTensor.elementCount(of: [0, .max, .max], limit: 10) == 0)
        #expect(InferenceTensor.elementCount(of: [.max, .max, 0], limit: 10) == 0)
        #expect(InferenceTensor.elementCount(of: [.max, 2], limit: .max) == nil)
        #expect(InferenceTensor.elementCount(of: [-1, 0], limit: 10) == nil)
    }

    @Test("A tensor without elements may have any lengths")
    func empty() {
        let tensor = InferenceTensor(
            name: "obs", datatype: .fp32, shape: [0, .max, .max], bytes: AlignedBuffer<UInt8>(count: 0))
        #expect(tensor.shape == [0, .max, .max])
    }
}
#endif
