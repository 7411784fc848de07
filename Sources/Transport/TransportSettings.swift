import NIOCore
import Overlay

/// The settings of sockets.
public struct TransportSettings: Sendable {
    /// How long one TCP connect may take. Beyond a few seconds only a lossy path still answers, and other addresses and
    /// relays are quicker.
    public var connectTimeout = TimeAmount.seconds(5)
    /// Between the starts of two addresses of one peer (RFC 8305 section 5 recommends 250 ms).
    public var nextAddressAfter = TimeAmount.milliseconds(250)
    /// How long a closed link may take to send what is left and to hear that the other side has closed too. Higher: peers
    /// that do not read hold sockets longer. Lower: the last words are lost on slow paths.
    public var closeLimit = TimeAmount.seconds(2)
    /// Connections whose handshakes are still under way, beyond the links that the core allows. Each costs about 10 KiB
    /// for at most ten seconds.
    public var mostHandshakes = 64
    /// Bytes taken from a TCP socket at once, on a link that carries much.
    /// Higher: memory of each. Lower: more system calls, and more encrypted frames of 64 KiB that are cut and have to be
    /// joined.
    public var largestRead = 256 << 10
    /// Datagrams taken from a socket at once. Higher: memory, 2 kB each and socket. Lower: more system calls under load. 16
    /// keeps a socket at a tenth of a core for 20,000 datagrams a second.
    public var datagramsPerRead = 16
    /// Requests of others that wait for a free task; the core bounds those that run.
    public var servingBacklog = 512
    /// Dialed addresses whose last outcome is remembered, for people to read. As many as an operator looks through; each
    /// costs some hundred bytes.
    public var rememberedDials = 64

    /// How long a search for services may take. Higher: programs that ask the local API wait longer for peers that do not
    /// answer. Lower: registrars on slow paths are not heard. 8 s are below the ten that the command line waits.
    public var searchLimit = TimeAmount.seconds(8)

    /// Hosts after which a search for what an agent asks for ends. Higher: the agent waits longer. Lower: it has fewer to fall
    /// back on.
    public var soughtHosts = 3

    /// Contacts written to disk for the next start. More than a bucket, so that some are alive after a long pause.
    public var keptContacts = 64

    public init() {}
}
