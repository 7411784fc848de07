/// The streams on which neighbours ask. Several requests may follow each other on one.
extension LibP2PKademlia {
    /// Whether the stream is one of a neighbour's.
    public func has(_ name: StreamName) -> Bool { streams[name] != nil }

    /// A neighbour opened a stream of the DHT.
    public mutating func opened(_ name: StreamName) -> Reaction {
        var reaction = Reaction()
        guard let neighbour = neighbours[name.connection], neighbour.streams < settings.streamsPerNeighbour else {
            reaction.reset(.tooManyStreams)
            return reaction
        }
        neighbours[name.connection]?.streams += 1
        streams[name] = Stream(frames: LibP2PKademliaFrames(requestsWithin: settings))
        return reaction
    }

    /// Bytes came on a stream. All of them count as read.
    /// - Parameter contacts: asked once for each request.
    public mutating func receive(
        _ bytes: Bytes, on name: StreamName, at now: Instant, contacts: Contacts
    ) -> Reaction {
        var reaction = Reaction()
        streams[name]?.frames.append(bytes)
        do throws(WireError) {
            while reaction.end == nil, let request = try streams[name]?.frames.next() {
                reaction.requests += 1
                answer(request, on: name, at: now, contacts: contacts, into: &reaction)
            }
        } catch {
            reaction.reset(.malformed)
        }
        if reaction.end == .reset { forget(name) }
        return reaction
    }

    private mutating func answer(
        _ request: LibP2PKademliaMessage, on name: StreamName, at now: Instant, contacts: Contacts,
        into reaction: inout Reaction
    ) {
        neighbours[name.connection]?.lastAsked = now
        guard neighbours[name.connection]?.allowance.take(at: now) == true else {
            return reaction.reset(.tooManyRequests)
        }
        guard let answer = answer(to: request, on: name.connection, at: now, contacts: contacts, into: &reaction)
        else { return }
        let framed = answer.framed
        let unsent = streams[name]?.unsent ?? 0
        guard unsent + framed.readableBytes <= settings.unsentAnswers else { return reaction.reset(.unreadAnswers) }
        streams[name]?.unsent = unsent + framed.readableBytes
        reaction.answers.append(framed)
    }

    /// So many bytes of the answers have left.
    public mutating func sent(_ count: Int, on name: StreamName) {
        guard let unsent = streams[name]?.unsent else { return }
        streams[name]?.unsent = max(0, unsent - count)
    }

    /// The neighbour asks nothing more on a stream; what it was answered still leaves.
    public mutating func finished(_ name: StreamName) -> Reaction {
        var reaction = Reaction()
        guard let stream = streams[name] else { return reaction }
        forget(name)
        if stream.frames.isAtBoundary { reaction.end = .finish } else { reaction.reset(.malformed) }
        return reaction
    }

    /// A stream is gone, both ways.
    public mutating func forget(_ name: StreamName) {
        guard streams.removeValue(forKey: name) != nil else { return }
        neighbours[name.connection]?.streams -= 1
    }
}
