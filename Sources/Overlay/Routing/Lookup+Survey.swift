/// Whom to ask next.
extension Lookup {
    /// What the paths of a lookup have to do.
    struct Survey {
        /// Who is to be asked now and by which path; nil when everybody near enough was asked.
        var next: (candidate: Int, path: Int)?
        /// The nearest that is worth another question though it did not answer lately.
        var doubtful: Int?
        /// Questions that hold a place.
        var waiting = 0
        /// Whether somebody near enough may be expected to answer.
        var isExpecting = false
        /// Whether somebody near enough is late, but may answer yet.
        var isMissing = false
    }

    /// Looks through the candidates once. Each path wants a few nearest of the ones it has heard of, and all of them together
    /// the nearest of all; the next question is of the path that has the fewest under way, and of two such, of the one that has
    /// asked the fewest. So no path waits for another, and one that is led astray takes the questions of none.
    func survey(at now: Instant) -> Survey {
        var survey = Survey()
        var waiting = SIMD16<UInt8>()
        var seen = SIMD16<UInt8>()
        var first = SIMD16<Int32>(repeating: -1)
        var open = LookupPaths.first(paths)
        var near = 0
        var region = RegionFilter(self)
        for index in candidates.indices {
            let candidate = candidates[index]
            if case .waiting = candidate.state {
                survey.waiting += 1
                waiting[candidate.asker] &+= 1
            }
            guard candidate.state.isHopeful else {
                if near < settings.wanted || !candidate.paths.isDisjoint(with: open) {
                    note(candidate, at: index, into: &survey)
                }
                continue
            }
            guard !isInCrowd(candidate) else { continue }
            var wanting = candidate.paths.intersection(open)
            if wanting.isEmpty {
                let isFurther = !standsInCrowd(candidate) && region.admits(candidate)
                guard near < settings.wanted || isFurther else { continue }
                wanting = candidate.paths
            }
            switch candidate.state {
            case .heard:
                for path in wanting.numbers where first[path] < 0 { first[path] = Int32(index) }
            case .answered, .alive:
                break
            case .late(let lateness) where lateness.missed <= now:
                survey.isMissing = true
                continue
            default:
                survey.isExpecting = true
            }
            near += 1
            for path in wanting.intersection(open).numbers {
                seen[path] &+= 1
                if Int(seen[path]) >= settings.wantedOnPath { open.remove(LookupPaths(path)) }
            }
        }
        let ready = (0..<paths).filter { first[$0] >= 0 }
        let path = ready.min { (waiting[$0], asked[$0], $0) < (waiting[$1], asked[$1], $1) }
        survey.next = path.map { (Int(first[$0]), $0) }
        return survey
    }

    /// Who did not answer lately is asked beside the others if it would be one of the nearest, and waited for a little.
    private func note(_ candidate: Candidate, at index: Int, into survey: inout Survey) {
        guard key == target else { return }
        switch candidate.state {
        case .doubtful
        where survey.doubtful == nil && retries < settings.retries && counters.queries < settings.queries:
            survey.doubtful = index
        case .retried:
            survey.isExpecting = true
        default:
            break
        }
    }

    /// How far from the key in question a path still looks: as far as the last of the nearest that it wants, or everywhere
    /// while it knows of fewer.
    func reach(of path: Int) -> NodeKey.Distance? {
        var count = 0
        for candidate in candidates where candidate.state.isHopeful && candidate.paths.contains(LookupPaths(path)) {
            count += 1
            if count == settings.wanted { return candidate.distance }
        }
        return nil
    }
}
