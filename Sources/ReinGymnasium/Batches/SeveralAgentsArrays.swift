/// Where the rows of lanes of several agents lie in the memory that is shared with their worker. Rows are counted in the
/// worker, and what belongs to agents lies side by side in their order.
struct SeveralAgentsArrays: WorkerArrays {
    /// The number of numbers of a row.
    struct Widths: Sendable {
        /// The number of agents.
        let agents: Int
        /// The numbers of their observations together.
        let observation: Int
        /// The numbers of their actions together.
        let action: Int
        /// The entries of their masks together.
        let mask: Int
    }

    let layout: RowLayout
    private let actions: Int
    private let nextSeeds: Int
    private let rewards: Int
    private let statuses: Int
    private let episodes: Int
    private let present: Offsets
    private let next: Offsets

    /// Where those rows lie that there are for the present and for the next episode.
    private struct Offsets {
        let observations: Int
        let masks: Int
        let acts: Int
        let inPlay: Int
    }

    init(lanes: Int, blocks: Int, _ widths: Widths) {
        var layout = RowLayout(blocks: blocks)
        actions = layout.add("actions", lanes * widths.action, of: Float.self)
        nextSeeds = layout.add("nextSeeds", lanes, of: UInt32.self)
        rewards = layout.add("rewards", lanes * widths.agents, of: Double.self)
        statuses = layout.add("statuses", lanes * widths.agents, of: UInt8.self)
        episodes = layout.add("episodes", lanes, of: UInt8.self)
        func offsets(_ name: (String) -> String) -> Offsets {
            Offsets(
                observations: layout.add(name("observations"), lanes * widths.observation, of: Float.self),
                masks: widths.mask > 0 ? layout.add(name("masks"), lanes * widths.mask, of: UInt8.self) : 0,
                acts: layout.add(name("acts"), lanes * widths.agents, of: UInt8.self),
                inPlay: layout.add(name("inPlay"), lanes * widths.agents, of: UInt8.self))
        }
        present = offsets { $0 }
        next = offsets { "next" + $0.prefix(1).uppercased() + $0.dropFirst() }
        self.layout = layout
    }

    func at(_ memory: UnsafeMutableRawPointer) -> Pointers {
        func pointer<Element>(_ offset: Int, _ type: Element.Type) -> UnsafeMutablePointer<Element> {
            (memory + offset).assumingMemoryBound(to: type)
        }
        func side(_ offsets: Offsets) -> Side {
            Side(
                observations: pointer(offsets.observations, Float.self), masks: pointer(offsets.masks, UInt8.self),
                acts: pointer(offsets.acts, UInt8.self), inPlay: pointer(offsets.inPlay, UInt8.self))
        }
        return Pointers(
            actions: pointer(actions, Float.self), nextSeeds: pointer(nextSeeds, UInt32.self),
            rewards: pointer(rewards, Double.self), statuses: pointer(statuses, UInt8.self),
            episodes: pointer(episodes, UInt8.self), present: side(present), next: side(next))
    }

    /// The arrays.
    struct Pointers: WorkerPointers {
        let actions: UnsafeMutablePointer<Float>
        let nextSeeds: UnsafeMutablePointer<UInt32>
        /// What each agent earned in the last step.
        let rewards: UnsafeMutablePointer<Double>
        /// How each agent left in the last step.
        let statuses: UnsafeMutablePointer<UInt8>
        /// How each episode stands after its last step.
        let episodes: UnsafeMutablePointer<UInt8>
        /// What is seen now.
        let present: Side
        /// What is seen first in the episode after one that has ended.
        let next: Side
    }

    /// What agents see, and who acts.
    struct Side {
        let observations: UnsafeMutablePointer<Float>
        let masks: UnsafeMutablePointer<UInt8>
        let acts: UnsafeMutablePointer<UInt8>
        let inPlay: UnsafeMutablePointer<UInt8>
    }
}
