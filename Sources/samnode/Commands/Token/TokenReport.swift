import Gossip
import Inference
import Overlay

/// What `samnode token verify` found, for people and for machines.
struct TokenReport: Encodable {
    private(set) var valid = true
    var rootKey: String?
    private(set) var peer: String?
    private(set) var user: String?
    private(set) var email: String?
    private(set) var groups: [String] = []
    private(set) var roles: [String] = []
    private(set) var labels: [String] = []
    private(set) var expires: String?
    private(set) var service: String?
    var allowedBy: String?
    /// Why the answer is no: a word for machines and a line for people.
    private(set) var code: String?
    private(set) var message: String?
    /// Where somebody asked for one.
    var explanation: Explanation?

    private let now: WallTime
    private var expiry: WallTime?
    private var isNarrowed = false

    enum CodingKeys: String, CodingKey {
        case valid
        case rootKey = "root_key"
        case peer
        case user
        case email
        case groups
        case roles
        case labels
        case expires
        case service
        case allowedBy = "allowed_by"
        case code
        case message
        case explanation
    }

    init(now: WallTime) {
        self.now = now
    }

    mutating func describe(_ admitted: Admitted) {
        rootKey = admitted.root.description
        peer = admitted.peer.text
        user = admitted.user
        email = admitted.email
        groups = admitted.groups
        roles = admitted.roles
        labels = admitted.labels.map(\.description)
        expires = CalendarTime.text(admitted.expiry)
        expiry = admitted.expiry
        isNarrowed = admitted.token.token.blockCount > 1
    }

    mutating func add(_ decision: Decision, on service: ServiceName) {
        self.service = service.description
        switch decision {
        case .allowed(let policy): allowedBy = policy
        case .refused(let refusal): refuse(code: refusal.code, message: refusal.message)
        }
    }

    mutating func refuse(code: String, message: String) {
        valid = false
        self.code = code
        self.message = message
    }

    /// For people. Why the answer is no is left to the error line that ends the command.
    func show(on console: inout Console) {
        guard rootKey != nil else { return showExplanation(on: &console) }
        console.print(valid ? "valid" : "genuine, but refused")
        var table = Table()
        table.add("signed by", rootKey)
        table.add("peer", peer)
        table.add("user", user)
        table.add("email", email)
        table.add("groups", groups.joined(separator: ", "))
        table.add("roles", roles.joined(separator: ", "))
        table.add("labels", labels.joined(separator: ", "))
        let end = expiry.map { TimeText.relative($0, to: now) }
        table.add("expires", end.map { isNarrowed ? "\($0), or before as its added blocks say" : $0 })
        table.add("service", service)
        table.add("allowed by", allowedBy)
        console.print(table.text)
        showExplanation(on: &console)
    }

    private func showExplanation(on console: inout Console) {
        guard let explanation else { return }
        console.print("")
        explanation.show(on: &console)
    }
}
