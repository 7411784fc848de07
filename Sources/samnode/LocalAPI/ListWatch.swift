import Foundation
import Gossip
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// A list of the catalog as server-sent events: what is there now, then every change, until the client leaves, the node
/// ends or the time is over.
///
/// Nothing is queued for a client that reads slowly. When it has read, it gets the way from what it knows to what is then;
/// `skipped` says before that how many changes it does not see.
struct ListWatch<Item: Encodable & Sendable>: Sendable {
    /// Of a change of the catalog, for the loop that writes.
    private struct Pending: Sendable {
        /// Hosts that changed since the last look, and how many more changes there were than hosts.
        var hosts: Set<String> = []
        var skipped = 0
    }

    /// Shared by whoever hears of changes and whoever writes.
    private final class Shared: Sendable {
        private let pending = Mutex(Pending())

        func note(_ host: String) {
            pending.withLock { pending in
                if !pending.hosts.insert(host).inserted { pending.skipped += 1 }
            }
        }

        /// What has gathered since the last time.
        func take() -> Pending {
            pending.withLock { pending in
                defer { pending = Pending() }
                return pending
            }
        }
    }

    private struct Skipped: Encodable {
        var changes: Int
    }

    let snapshot: @Sendable () async -> [Item]
    let key: @Sendable (Item) -> String
    /// Whether two states of an item are no change to the client.
    let isSame: @Sendable (Item, Item) -> Bool
    /// The event for an item that was there at the beginning; nil for one without a name.
    var initialEvent: String?
    let changes: AsyncStream<CatalogChange>
    /// Nil for no limit.
    let limit: Duration?
    let settings: LocalAPISettings

    func response() -> Response {
        var headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-cache"]
        headers.replace("X-Accel-Buffering", with: "no")
        let body = ResponseBody { writer in
            try await write(to: &writer)
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    private func write(to writer: inout any ResponseBodyWriter) async throws {
        var known = await snapshot()
        var first = ""
        for item in known { first += try Self.event(initialEvent, item) }
        try await writer.write(ByteBuffer(string: first + "event: done\ndata: {}\n\n"))
        let shared = Shared()
        // One signal waits at most, whatever happens meanwhile.
        let (signals, input) = AsyncStream.makeStream(of: Bool.self, bufferingPolicy: .bufferingNewest(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                for await change in changes {
                    shared.note(change.peer.text)
                    input.yield(true)
                }
                input.finish()
            }
            group.addTask { await tick(into: input) }
            for await _ in signals {
                try await writer.write(ByteBuffer(string: try await news(since: &known, shared.take())))
            }
        }
    }

    /// Keeps the connection alive, and ends it in time.
    private func tick(into input: AsyncStream<Bool>.Continuation) async {
        let clock = ContinuousClock()
        let end = limit.map { clock.now + $0 }
        while end.map({ clock.now < $0 }) ?? true {
            let next = clock.now + settings.watchKeepAlive
            guard (try? await clock.sleep(until: min(next, end ?? next))) != nil else { break }
            input.yield(false)
        }
        input.finish()
    }

    /// The events from what the client knows to what is now; a comment when nothing is different.
    private func news(since known: inout [Item], _ seen: Pending) async throws -> String {
        let now = await snapshot()
        var text = seen.skipped == 0 ? "" : try Self.event("skipped", Skipped(changes: seen.skipped))
        for change in ListChange.changes(from: known, to: now, key: key, isSame: isSame) {
            text += try Self.event(change.name, change.item)
        }
        known = now
        return text.isEmpty ? ": nothing new\n\n" : text
    }

    private static func event(_ name: String?, _ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = String(decoding: try encoder.encode(value), as: UTF8.self)
        return (name.map { "event: \($0)\n" } ?? "") + "data: \(data)\n\n"
    }
}
