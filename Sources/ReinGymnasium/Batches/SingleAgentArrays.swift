/// Where the rows of lanes of one agent lie in the memory that is shared with their worker. Rows are counted in the worker.
struct SingleAgentArrays: WorkerArrays {
    /// The number of numbers of a row.
    struct Widths: Sendable {
        let observation: Int
        let action: Int
        let mask: Int
    }

    /// Where all arrays of a worker lie.
    let layout: RowLayout
    private let actions: Int
    private let observations: Int
    private let finals: Int
    private let rewards: Int
    private let statuses: Int
    private let nextSeeds: Int
    private let masks: Int
    private let finalMasks: Int

    /// Arrays for lanes in blocks.
    init(lanes: Int, blocks: Int, _ widths: Widths) {
        var layout = RowLayout(blocks: blocks)
        actions = layout.add("actions", lanes * widths.action, of: Float.self)
        observations = layout.add("observations", lanes * widths.observation, of: Float.self)
        finals = layout.add("finals", lanes * widths.observation, of: Float.self)
        rewards = layout.add("rewards", lanes, of: Double.self)
        statuses = layout.add("statuses", lanes, of: UInt8.self)
        nextSeeds = layout.add("nextSeeds", lanes, of: UInt32.self)
        let hasMasks = widths.mask > 0
        masks = hasMasks ? layout.add("masks", lanes * widths.mask, of: UInt8.self) : 0
        finalMasks = hasMasks ? layout.add("finalMasks", lanes * widths.mask, of: UInt8.self) : 0
        self.layout = layout
    }

    /// The arrays in a worker's memory.
    func at(_ memory: UnsafeMutableRawPointer) -> Pointers {
        func pointer<Element>(_ offset: Int, _ type: Element.Type) -> UnsafeMutablePointer<Element> {
            (memory + offset).assumingMemoryBound(to: type)
        }
        return Pointers(
            actions: pointer(actions, Float.self), observations: pointer(observations, Float.self),
            finals: pointer(finals, Float.self), rewards: pointer(rewards, Double.self),
            statuses: pointer(statuses, UInt8.self), nextSeeds: pointer(nextSeeds, UInt32.self),
            masks: pointer(masks, UInt8.self), finalMasks: pointer(finalMasks, UInt8.self))
    }

    /// The arrays.
    struct Pointers: WorkerPointers {
        let actions: UnsafeMutablePointer<Float>
        let observations: UnsafeMutablePointer<Float>
        let finals: UnsafeMutablePointer<Float>
        let rewards: UnsafeMutablePointer<Double>
        let statuses: UnsafeMutablePointer<UInt8>
        let nextSeeds: UnsafeMutablePointer<UInt32>
        let masks: UnsafeMutablePointer<UInt8>
        let finalMasks: UnsafeMutablePointer<UInt8>
    }
}
