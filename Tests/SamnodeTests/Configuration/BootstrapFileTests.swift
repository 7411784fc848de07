import Foundation
import Overlay
import Testing

@testable import samnode

/// The addresses that a data directory names.
struct BootstrapFileTests {
    private func with(_ body: (TemporaryFolder, BootstrapFile) throws -> Void) throws {
        try TemporaryFolder.with { folder in
            try body(folder, BootstrapFile(try DataDirectory.open(path: folder.path)))
        }
    }

    @Test func aMissingFileNamesNone() throws {
        try with { _, file in
            let none = try file.read()
            #expect(none.isEmpty)
        }
    }

    @Test func commentsAndEmptyLinesDoNotCount() throws {
        try with { folder, file in
            try folder.write("\n# one\n /ip4/192.0.2.1/tcp/1 # two\r\n/ip4/192.0.2.1/tcp/1\n", to: "bootstraps")
            #expect(try file.read().map(\.text) == ["/ip4/192.0.2.1/tcp/1"])
        }
    }

    @Test func aWrongLineIsNamed() throws {
        try with { folder, file in
            try folder.write("# x\n192.0.2.1:5002\n", to: "bootstraps")
            #expect {
                try file.read()
            } throws: { error in
                "\(error)".contains("bootstraps:2") && "\(error)".contains("192.0.2.1:5002")
                    && "\(error)".contains("multiaddr")
            }
        }
    }

    @Test func thereIsALimit() throws {
        try with { folder, file in
            let addresses = try (0...BootstrapFile.mostAddresses).map { try Multiaddr(text: "/dns4/n\($0)/tcp/1") }
            #expect(throws: DataDirectoryError.self) { try file.add(addresses) }
            #expect(folder.files.isEmpty)
            #expect(try file.add(Array(addresses.dropLast())).count == BootstrapFile.mostAddresses)
            #expect(throws: DataDirectoryError.self) { try file.add([addresses[BootstrapFile.mostAddresses]]) }
            #expect(try file.read().count == BootstrapFile.mostAddresses)
            try folder.write(addresses.map { "\($0)\n" }.joined(), to: "bootstraps")
            #expect(throws: DataDirectoryError.self) { try file.read() }
            try folder.write(String(repeating: "#", count: 200_000), to: "bootstraps")
            #expect(throws: DataDirectoryError.self) { try file.read() }
        }
    }

    @Test(arguments: 0..<UInt64(50)) func garbageIsReadOrRefused(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        try with { folder, file in
            let alphabet = Array("/ip4tcp#.0123\n \u{0}%é".unicodeScalars)
            let text = (0..<random.below(200)).map { _ in alphabet[random.below(alphabet.count)] }
            var garbage = String.UnicodeScalarView()
            garbage.append(contentsOf: text)
            try folder.write(String(garbage), to: "bootstraps")
            do {
                for address in try file.read() { #expect(try Multiaddr(text: address.text) == address, "seed \(seed)") }
            } catch let error as DataDirectoryError {
                #expect("\(error)".contains("expected"), "seed \(seed)")
            }
        }
    }
}
