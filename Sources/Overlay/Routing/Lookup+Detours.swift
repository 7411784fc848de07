/// Questions about other keys than the target.
extension Lookup {
    /// Turns to the next key when the peers found so far are not certainly the nearest. False when the search is over.
    mutating func turnOff() -> Bool {
        guard key == target else {
            if !isInRegion { covered = coveredByDetour() }
            guard let next = regionKeys.popLast() else {
                turn(to: target, askingAgain: 0)
                if isInRegion { askRegionAboutTarget() }
                isInRegion = false
                return true
            }
            turn(to: next, askingAgain: settings.maximumParallelism)
            return true
        }
        return lookThroughRegion() || widen()
    }

    /// Goes just beyond what is covered when peers among the nearest were dead.
    private mutating func widen() -> Bool {
        guard candidates.count >= settings.wanted else { return false }
        let covered = covered ?? candidates[settings.wanted - 1].distance
        self.covered = covered
        let certain = candidates.count { $0.state.isProven && $0.distance <= covered }
        guard certain < settings.wanted, widenings < settings.widenings, let beyond = covered.successor else {
            return false
        }
        widenings += 1
        turn(to: NodeKey(bytes: target.bytes ^ beyond.bytes), askingAgain: settings.parallelism)
        return true
    }

    /// Peers that crowd around the target name each other. So the region is looked through from outside: first the half of it
    /// that is farthest, by a key in its middle, then half of what is left, and so on as far as the crowd.
    private mutating func lookThroughRegion() -> Bool {
        guard !isCrowded, let expectedReach, candidates.count >= settings.wanted else { return false }
        let last = candidates[settings.wanted - 1].distance
        guard last < expectedReach.half.half else { return false }
        isCrowded = true
        var distance = expectedReach
        for _ in 0..<settings.regionDetours where last < distance.half {
            let middle = distance.half.bytes ^ distance.half.half.bytes
            regionKeys.insert(NodeKey(bytes: target.bytes ^ middle), at: 0)
            distance = distance.half
        }
        guard let first = regionKeys.popLast() else { return false }
        isInRegion = true
        turn(to: first, askingAgain: settings.maximumParallelism)
        return true
    }

    /// Those that were found in the region have not been asked about the target, and may know of whom the crowd does not tell.
    private mutating func askRegionAboutTarget() {
        for index in candidates.indices where candidates[index].state == .alive && !candidates[index].knowsTarget {
            if !isInCrowd(candidates[index]) { candidates[index].state = .heard }
        }
    }

    /// Whether a peer is left out of detours through the region because it stands where the crowd does.
    func isInCrowd(_ candidate: Candidate) -> Bool { isInRegion && standsInCrowd(candidate) }

    /// Whether a peer stands as near to the target as the crowd that was found there.
    func standsInCrowd(_ candidate: Candidate) -> Bool {
        guard isCrowded, let expectedReach else { return false }
        return candidate.record.key.distance(to: target) < expectedReach.half.half
    }

    /// How far from the target everybody has been named, after a detour to the key just beyond that.
    ///
    /// The peers nearest to the detour's key were named up to some distance from it. Keys that share more leading bits
    /// with it than the farthest of them are all nearer, and they are a contiguous range of distances from the target.
    private func coveredByDetour() -> NodeKey.Distance {
        let start = key.distance(to: target)
        guard candidates.count >= settings.wanted else { return start.filled(after: 0) }
        let named = candidates[settings.wanted - 1].distance
        return start.filled(after: named.leadingZeroBitCount + 1)
    }

    /// Orders everything by the distance from another key. Who has answered is asked again only if it is one of the
    /// nearest few: they know the others there, and in a crowd only each other. From now on all paths know what each found.
    private mutating func turn(to other: NodeKey, askingAgain count: Int) {
        key = other
        var askedAgain = 0
        for index in candidates.indices {
            candidates[index].distance = candidates[index].record.key.distance(to: other)
            candidates[index].paths = .first(paths)
        }
        candidates.sort { $0.distance < $1.distance }
        for index in candidates.indices where candidates[index].hasAnswered {
            switch candidates[index].state {
            case .heard, .answered, .alive:
                let isInCrowd = isInCrowd(candidates[index])
                candidates[index].state = askedAgain < count && !isInCrowd ? .heard : .alive
                if !isInCrowd { askedAgain += 1 }
            case .waiting, .late, .silent, .partial, .doubtful, .retried, .failed:
                break
            }
        }
    }
}
