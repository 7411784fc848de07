import Foundation
import Testing

@testable import Overlay

/// The Kademlia file of the shared conformance data: keys, distances, shared prefixes and the nearest of a list.
@Suite struct KademliaVectors {
    private struct File: Decodable {
        var cases: [Case]
    }

    private struct Case: Decodable {
        var id: Int
        var kind: String
        var a: String?
        var b: String?
        var aKey: String?
        var bKey: String?
        var xor: String?
        var cpl: Int?
        var lookupKeyHex: String?
        var target: String?
        var candidates: [String]?
        var closest20: [String]?
    }

    private static func folder() -> URL {
        if let folder = ProcessInfo.processInfo.environment["SAM_CONFORMANCE_DIR"] {
            return URL(fileURLWithPath: folder)
        }
        var root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return root.deletingLastPathComponent().appendingPathComponent("shared/conformance")
    }

    private func bytes(_ text: String?) throws -> [UInt8] {
        let digits = Array(try #require(text))
        return stride(from: 0, to: digits.count, by: 2).compactMap { index in
            UInt8(String(digits[index..<min(index + 2, digits.count)]), radix: 16)
        }
    }

    private func key(_ text: String?) throws -> NodeKey {
        try NodeKey(bytes: #require(Bytes32(bytes(text))))
    }

    private func check(_ vector: Case) throws -> Bool {
        switch vector.kind {
        case "cpl_peer":
            let left = try NodeKey(PeerID(text: #require(vector.a)))
            let right = try NodeKey(PeerID(text: #require(vector.b)))
            #expect(try left == key(vector.aKey) && right == key(vector.bKey))
            #expect(left.distance(to: right).bytes.description == vector.xor)
            return RoutingTable(own: left).bucket(of: right) == vector.cpl
        case "cpl_raw":
            let (left, right) = try (key(vector.aKey), key(vector.bKey))
            return RoutingTable(own: left).bucket(of: right) ?? NodeKey.bitCount == vector.cpl
        default:
            return try closest(vector)
        }
    }

    private func closest(_ vector: Case) throws -> Bool {
        let target = try key(vector.target)
        #expect(try NodeKey(hashing: bytes(vector.lookupKeyHex)) == target)
        let peers = try #require(vector.candidates).map { try PeerID(text: $0) }
        var settings = RoutingSettings()
        settings.bucketSize = peers.count
        var held = PeerTable(capacity: peers.count)
        var table = RoutingTable(own: NodeKey(hashing: [UInt8]("searcher".utf8)), settings: settings)
        for peer in peers {
            let contact = Contact(
                peer: peer, sequence: 1, issuedAt: RoutingFixtures.start, timeToLive: .hours(1), roles: .server,
                addresses: [RoutingFixtures.address("/ip4/127.0.0.1/tcp/1")])
            let record = try ContactRecord(
                decoding: ContactRecord.body(of: contact) + [UInt8](repeating: 0, count: 64))
            let handle = held.intern(record)
            _ = try table.insert(#require(handle), roundTrip: .zero, at: .zero, peers: &held)
        }
        let found = table.closest(to: target, count: 20, peers: held)
        return found.map { held[$0].peer.text } == vector.closest20
    }

    @Test func agreesWithTheSharedData() throws {
        let file = Self.folder().appendingPathComponent("libp2p/kademlia.json")
        guard let data = try? Data(contentsOf: file) else {
            print("skipped: no conformance data at \(file.path)")
            return
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        // The messages among them are those of libp2p's DHT, and have a test of their own.
        let cases = try decoder.decode(File.self, from: data).cases.filter { $0.kind != "message" }
        var passed = 0
        for vector in cases {
            let isRight = try check(vector)
            #expect(isRight, "case \(vector.id)")
            if isRight { passed += 1 }
        }
        print("kademlia.json: \(cases.count) cases, \(passed) passed, \(cases.count - passed) failed")
    }
}
