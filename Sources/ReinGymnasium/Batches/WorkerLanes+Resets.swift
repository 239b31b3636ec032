import ReinEnvironments
import ReinNumerics

/// New episodes.
extension WorkerLanes {
    /// Begins new episodes in lanes, whatever has become of earlier ones.
    ///
    /// - Throws: `EnvironmentFault` when an environment fails.
    func reset(_ range: Range<Int>) throws(EnvironmentFault) {
        do throws(WorkerFailure) { try crew.start() } catch { throw fault(error, range) }
        let blocks = crew.blocks(of: range)
        for block in blocks {
            do throws(WorkerFailure) {
                cutsOff[block] = false
                try settle(block)
                try sendReset(block)
            } catch { throw fault(error, crew.blocks[block].lanes) }
        }
        for block in blocks {
            do throws(WorkerFailure) { try finishReset(block) } catch { throw fault(error, crew.blocks[block].lanes) }
        }
    }

    /// Waits for what is under way, whatever comes of it.
    func settle(_ block: Int) throws(WorkerFailure) {
        guard crew.isPending(block) else { return }
        do throws(WorkerFailure) {
            try crew.finish(block, of: crew.occupant(block))
        } catch {
            guard error.leavesWorker || crew.mayRestart else { throw error }
        }
    }

    /// Has new episodes begun in a block, in another worker if its own is gone.
    func sendReset(_ block: Int) throws(WorkerFailure) {
        while true {
            let occupant = crew.occupant(block)
            let local = pointers(block, occupant)
            for lane in crew.blocks[block].lanes {
                local.nextSeeds[crew.blocks[block].row(of: lane)] = episodes.nextSeed(lane)
            }
            do throws(WorkerFailure) {
                return try crew.send(block, to: occupant, isReset: true)
            } catch { try crew.replace(occupant, ofBlock: block, after: error) }
        }
    }

    /// Waits for new episodes in a block, and takes them for the lanes' own.
    func finishReset(_ block: Int) throws(WorkerFailure) {
        try finishReset(block) { lane, row, local in
            episodes.begin(lane)
            rows.takePresent(lane, row, local)
        }
    }

    /// Waits for new episodes in a block.
    ///
    /// - Parameter body: gets each lane, its number in its worker, and the worker's arrays.
    func finishReset(
        _ block: Int, _ body: (Int, Int, Rows.Arrays.Pointers) -> Void
    ) throws(WorkerFailure) {
        while true {
            let occupant = crew.occupant(block)
            if crew.hasSameWorker(block, as: occupant) {
                do throws(WorkerFailure) {
                    try crew.finish(block, of: occupant)
                    try check(block, occupant) { lane, row, local throws(BrokenRow) in
                        try rows.checkPresent(lane, row, local)
                    }
                    return take(block, occupant, body)
                } catch { try crew.replace(occupant, ofBlock: block, after: error) }
            }
            try sendReset(block)
        }
    }
}
