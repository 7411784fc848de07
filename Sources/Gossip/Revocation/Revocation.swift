import Overlay

/// A statement of a mesh's root key: a token, or all tokens of a peer, are not valid any more although their signatures are.
///
/// A root numbers its statements without a gap, so that whoever knows one knows which others there are.
public struct Revocation: Hashable, Sendable {
    /// What is revoked.
    public enum Subject: Hashable, Sendable {
        /// Every token with the block that has this signature: the token itself, and whatever was made from it. 64 bytes for
        /// blocks signed with Ed25519; other signatures of Biscuit differ.
        case block([UInt8])
        /// Every token of a peer, those that are issued later among them.
        case peer(PeerID)
    }

    /// What a root states, without its signature.
    public struct Contents: Hashable, Sendable {
        /// What is revoked.
        public var subject: Subject
        /// In which mesh.
        public var mesh: MeshID
        /// Whose statement it is, and whose signature it carries.
        public var root: PublicKey
        /// From 1, without a gap.
        public var number: UInt64
        /// The lowest number that still matters by the root's account: the statements before it have ended.
        public var floor: UInt64
        /// By the root's clock. For people: a statement counts whatever the reader's clock says.
        public var issuedAt: WallTime
        /// From when on no token can be good that this is about.
        public var end: WallTime

        public init(
            _ subject: Subject, mesh: MeshID, root: PublicKey, number: UInt64, floor: UInt64, issuedAt: WallTime,
            end: WallTime
        ) {
            self.subject = subject
            self.mesh = mesh
            self.root = root
            self.number = number
            self.floor = floor
            self.issuedAt = issuedAt
            self.end = end
        }
    }

    /// Bytes that a subject may have: a signature in DER (secp256r1) is the longest.
    public static let subjectLengths = 8...72
    /// Numbers from the floor on that a root may have in use. At 200 bytes each they are 2 MB at every node, and a node that
    /// joins checks their signatures for a second. Higher: both grow. Lower: a root that revokes often has to wait until its
    /// oldest statements end. Part of the protocol.
    public static let capacity: UInt64 = 10_000

    /// What is stated.
    public let contents: Contents
    /// The exact bytes, signature included.
    public let bytes: [UInt8]
    /// SHA-256 of the bytes.
    public let id: Bytes32

    init(contents: Contents, bytes: [UInt8]) {
        self.contents = contents
        self.bytes = bytes
        id = SHA256.hash(bytes)
    }

    /// What is revoked.
    public var subject: Subject { contents.subject }
    /// Whose statement it is.
    public var root: PublicKey { contents.root }
    /// Its place among the root's statements.
    public var number: UInt64 { contents.number }
}
