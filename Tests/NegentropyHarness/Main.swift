import Gossip
import Overlay

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `negentropy-harness`: one side of a reconciliation, spoken to line by line, as negentropy's test programs drive the
/// implementations that they compare. `FRAMESIZELIMIT` limits the bytes of a message; 0 is no limit.
@main
struct NegentropyHarness {
    static func main() {
        do {
            var harness = Harness(frameLimit: try frameLimit())
            while let line = readLine() {
                for answer in try harness.take(line) { print(answer) }
                // Whoever drives this waits for the answer before it says more.
                fflush(nil)
            }
        } catch {
            let text = Array("negentropy-harness: \(error)\n".utf8)
            _ = write(2, text, text.count)
            exit(1)
        }
    }

    private static func frameLimit() throws -> Int? {
        guard let text = getenv("FRAMESIZELIMIT").map({ String(cString: $0) }) else { return nil }
        guard let limit = Int(text), limit == 0 || limit >= Reconciler.smallestFrame else {
            throw HarnessError.frameLimit(text)
        }
        return limit == 0 ? nil : limit
    }
}
