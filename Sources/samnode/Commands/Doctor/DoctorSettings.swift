import NIOCore
import Overlay

/// The limits of `samnode doctor`.
enum DoctorSettings {
    /// How long a node that does not run tries its addresses. Longer than a connect (5 s) and an admission (10 s) of a
    /// node that says nothing; shorter than a person waits.
    static let trialLimit = TimeSpan.seconds(12)
    /// How often it looks whether all have answered.
    static let look = Duration.milliseconds(50)
    /// Addresses that are dialed for a node that cannot show a token, one after another. More would hold the terminal
    /// for longer than the trial.
    static let mostProbes = 4
}
