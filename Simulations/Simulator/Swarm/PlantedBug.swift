/// Defects that are put into every node of a world on purpose, to see that a swarm finds them and makes them small. None of
/// them is in the node that ships; a plan cannot ask for one.
package enum PlantedBug: String, CaseIterable, Sendable {
    /// Takes an entry that is older than the one it has.
    case takesOlderEntries
    /// Does not compare catalogs any more once the mesh has formed, so that what was lost stays lost.
    case stopsComparing
    /// Takes no notice of the end of a link that the other side opened.
    case missesEndOfLinks
    /// Allows any number of peers of one address prefix in its routing table.
    case forgetsPrefixLimits
}
