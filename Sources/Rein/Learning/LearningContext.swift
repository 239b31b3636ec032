public import ReinNumerics

/// What learners work with beside policy and experience: threads, and the participants that share the work.
///
/// Work is cut into shards that depend on the settings only. Whoever computes a shard, on which thread and in which
/// process, the results are the same.
public struct LearningContext: Sendable {
    /// The threads of this participant.
    public let pool: WorkerPool
    /// The participants.
    public let collective: any Collective

    /// Creates a context.
    ///
    /// - Parameters:
    ///   - pool: the threads; the calling one alone, unless given.
    ///   - collective: the participants; this process alone, unless given.
    public init(pool: WorkerPool = WorkerPool(), collective: any Collective = SoleParticipant()) {
        self.pool = pool
        self.collective = collective
    }

    /// The shards of a task that this participant computes.
    public func ownShards(of count: Int) -> Range<Int> { ShardTree(count: count, in: collective).ownShards }

    /// Runs the jobs of this participant's shards on its threads, and returns when all are done.
    ///
    /// - Parameters:
    ///   - count: the number of shards of the whole task.
    ///   - jobs: the number of jobs of each shard, which may run at the same time.
    ///   - body: does a job of a shard.
    public func run(shards count: Int, jobs: Int = 1, _ body: (_ shard: Int, _ job: Int) -> Void) {
        let own = ownShards(of: count)
        let first = own.lowerBound
        pool.run(shards: own.count * jobs) { index in
            if jobs == 1 { body(first + index, 0) } else { body(first + index / jobs, index % jobs) }
        }
    }

    /// Adds up the gradients of the shards of a task along a fixed tree, those of other participants included.
    ///
    /// - Parameters:
    ///   - gradients: a buffer for each shard, all of a length. Afterwards the first holds the sum, and the others are
    ///     of no use.
    ///   - count: the number of shards.
    public func sum(_ gradients: [AlignedBuffer<Float>], shards count: Int) {
        ShardTree(count: count, in: collective).sum(gradients)
    }

    /// Completes a column, of which each participant has written the elements of its own shards.
    ///
    /// - Parameters:
    ///   - column: the elements of all shards.
    ///   - count: the number of shards.
    ///   - size: the number of elements of a shard; the last may have fewer.
    public func gather<Element>(_ column: UnsafeMutableBufferPointer<Element>, shards count: Int, of size: Int) {
        guard collective.participantCount > 1 else { return }
        ShardTree(count: count, in: collective).gather(column, size: size)
    }

    /// The moments of all shards together, merged in their order; nil without any shards.
    ///
    /// - Parameter moments: those of each shard. Of shards of other participants they are not read.
    public func merged(_ moments: [RunningMoments]) -> RunningMoments? {
        guard let width = moments.first?.width else { return nil }
        var all = RunningMoments(width: width)
        guard collective.participantCount > 1 else {
            for shard in moments { all.merge(shard) }
            return all
        }
        let numbers = AlignedBuffer<Double>(count: moments.count * (1 + 2 * width))
        let rows = numbers.mutableRows(of: 1 + 2 * width)
        for shard in ownShards(of: moments.count) { moments[shard].write(to: rows[shard]) }
        gather(numbers.mutableElements, shards: moments.count, of: rows.width)
        for shard in moments.indices { all.merge(writtenTo: rows[shard]) }
        return all
    }
}
