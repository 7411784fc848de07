import Foundation
import Inference

/// The words and pictures of the demo.
enum ShowPicture {
    /// Who is linked to whom.
    static func topology(backendURL: String) -> String {
        """
        you --> A =========> B <========= C --> \(TerminalText.printable(backendURL))
                asks         relays       offers inference:\(Show.service)

        === is a link. A and C accept none and know only B, so what A asks of C goes through B,
        encrypted between A and C.
        """
    }

    static func words(for node: ShowNode) -> String {
        if !node.grants.isEmpty { return "may use " + node.grants.map(\.description).joined(separator: ", ") }
        return node.role == Vocabulary.routerRole ? "may relay" : "may join and offer, uses nothing"
    }

    static func milliseconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        return TerminalText.roundTrip(milliseconds: Double(seconds) * 1_000 + Double(attoseconds) / 1e15)
    }

    /// What to type in another terminal while the nodes run.
    /// - Parameter program: how the user can call this program.
    static func commands(program: String, a: ShowNode, baseURL: String, model: String) -> String {
        let body =
            "{\"model\": \(JSONText.encode(model)), \"stream\": true, \"messages\": "
            + "[{\"role\": \"user\", \"content\": \"Hello\"}]}"
        let samnode = quoted(program)
        let directory = quoted(a.dataDirectory)
        return """
            curl -N \(baseURL)/v1/chat/completions \\
              -H "Authorization: Bearer $(cat \(directory)/api-token)" \\
              -H "Content-Type: application/json" \\
              -d \(quoted(body))

            from openai import OpenAI        # pip install openai
            client = OpenAI(base_url="\(baseURL)/v1", api_key=open("\(a.dataDirectory)/api-token").read().strip())
            for chunk in client.chat.completions.create(
                    model=\(JSONText.encode(model)), messages=[{"role": "user", "content": "Hello"}], stream=True):
                print(chunk.choices[0].delta.content or "", end="", flush=True)

            \(samnode) status  --data-dir \(directory)
            \(samnode) peers   --data-dir \(directory)
            \(samnode) catalog --data-dir \(directory)
            \(samnode) route \(quoted(model)) --data-dir \(directory)
            """
    }

    /// For a POSIX shell.
    static func quoted(_ text: String) -> String {
        let plain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: ","), UInt8(ascii: "@"):
                true
            default: false
            }
        }
        return plain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }
}
