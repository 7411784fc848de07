import OrderedCollections
import Overlay

/// Entries that neighbours announced and nobody has pushed yet. When one does not come in time, an announcer is asked for it.
struct MissingEntries: Sendable {
    private struct Missing: Sendable {
        let since: Instant
        /// How long it is waited for when nobody else announces it.
        let patience: TimeSpan
        /// Who is asked next, and after it.
        var announcers: [PeerID]
        var deadline: Instant
        /// Who was asked last, and when.
        var asked: (neighbor: PeerID, at: Instant)?
    }

    private var missing: OrderedDictionary<EntrySummary, Missing> = [:]
    /// How long after its announcement an entry arrives that was pushed.
    private var lag: RoundTripEstimate?
    /// How long an announcer takes to send what it is asked for.
    private var repair: RoundTripEstimate?

    var count: Int { missing.count }

    /// When somebody is to be asked.
    var deadline: Instant {
        missing.withValues { values in
            values.indices.reduce(.distantFuture) { min($0, values[$1].deadline) }
        }
    }

    /// A neighbour announced an entry that this node would have. The more of them have it, the less likely is it still to be
    /// pushed, and the sooner it is asked for.
    /// - Returns: false when there is no room.
    mutating func note(
        _ summary: EntrySummary, from neighbor: PeerID, at now: Instant, settings: GossipSettings
    ) -> Bool {
        if let known = missing[summary] {
            guard known.announcers.count < settings.announcers, !known.announcers.contains(neighbor) else {
                return true
            }
            missing[summary]?.announcers.append(neighbor)
            if known.asked == nil {
                let patience = known.patience / UInt64(known.announcers.count + 1)
                let deadline = known.since + max(settings.leastPatience, patience)
                missing[summary]?.deadline = min(known.deadline, deadline)
            }
            return true
        }
        guard missing.count < settings.missingCapacity else { return false }
        let patience =
            lag?.patience(least: settings.leastPatience, most: settings.mostPatience) ?? settings.firstPatience
        missing[summary] = Missing(
            since: now, patience: patience, announcers: [neighbor], deadline: now + patience)
        return true
    }

    /// An entry arrived. When it is not from whom it was asked, it was on its way, and asked for too soon.
    mutating func arrived(_ summary: EntrySummary, from neighbor: PeerID, at now: Instant) {
        guard let gone = missing.removeValue(forKey: summary) else { return }
        if let asked = gone.asked, asked.neighbor == neighbor {
            repair.note(now.since(asked.at))
        } else {
            lag.note(now.since(gone.since))
        }
    }

    /// A neighbour is gone: it is asked for nothing, and what it would have pushed is asked for at once.
    mutating func lost(_ neighbor: PeerID, at now: Instant) {
        for summary in missing.keys {
            guard var entry = missing[summary] else { continue }
            entry.announcers.removeAll { $0 == neighbor }
            entry.deadline = min(entry.deadline, now)
            missing[summary] = entry
        }
    }

    /// Whom to ask for what. An entry whose announcers have all been asked is given up; a comparison finds it.
    mutating func due(
        at now: Instant, settings: GossipSettings, isWanted: (EntrySummary) -> Bool
    ) -> [(neighbor: PeerID, summaries: [EntrySummary])] {
        var asked: OrderedDictionary<PeerID, [EntrySummary]> = [:]
        let patience =
            repair?.patience(least: settings.leastPatience * 2, most: settings.mostPatience)
            ?? settings.firstRepairPatience
        for summary in missing.keys {
            guard var entry = missing[summary], entry.deadline <= now else { continue }
            guard !entry.announcers.isEmpty, isWanted(summary) else {
                missing[summary] = nil
                continue
            }
            let announcer = entry.announcers.removeFirst()
            asked[announcer, default: []].append(summary)
            entry.deadline = now + patience
            entry.asked = (announcer, now)
            missing[summary] = entry
        }
        return asked.map { ($0.key, $0.value) }
    }
}

extension RoundTripEstimate {
    /// How long something is waited for. Where it always takes equally long its variation is nothing, so some time is added.
    fileprivate func patience(least: TimeSpan, most: TimeSpan) -> TimeSpan {
        max(least, min(max(timeout, smoothed + least / 2), most))
    }
}
