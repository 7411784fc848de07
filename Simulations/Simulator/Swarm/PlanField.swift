/// The numbers of a plan's fields in its text. Old numbers keep their meaning; a further field takes the next one.
enum PlanField: UInt64, CaseIterable {
    case seed = 1
    case fidelity
    case threads
    case nodes
    case absent
    case bootstraps
    case publishers
    case servicesPerPublisher
    case joinWindow
    case profile
    case clockSkew
    case knobs
    case latency
    case jitterPercent
    case loss
    case duplication
    case bandwidth
    case packetLength
    case translators
    case duration
    case workloads
    case churn
    case faults
    case settleLimit
    case burstLoss
}
