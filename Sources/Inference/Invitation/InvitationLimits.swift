/// The limits of an ``Invitation``.
public enum InvitationLimits {
    /// Bytes of the text. What people paste into a chat or scan as a QR code: more is cut by the one and unreadable in
    /// the other. Less would not hold sixteen addresses of 200 bytes.
    public static let textLength = 4_096
    /// Root keys. A mesh has one, or two while it changes it; more cost those who join the care to look at each.
    public static let roots = 4
    /// Addresses. One that answers is enough; more make the text long and a dead mesh slow to recognise.
    public static let addresses = 16
    /// Characters of what was found that an error shows.
    static let shownCharacters = 100
}
