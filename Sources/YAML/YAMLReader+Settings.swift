extension YAMLReader {
    /// Bounds of one document. A configuration written by hand stays far below each of them.
    public struct Settings: Sendable {
        /// Bytes of the text. Higher lets a mistaken path (a log, a disk image) take memory and seconds before it is
        /// refused; lower would cut real files, which hold a few services in a few kilobytes. libyaml's scanner may
        /// take quadratic time, and at this size still ends within a second.
        public var maximumBytes = 256 * 1024
        /// Nesting of lists and mappings. The deepest legal value, a service's environment, is at 4; higher only
        /// serves texts that are made to exhaust a parser.
        public var maximumDepth = 16
        /// Values in the whole document. Higher costs memory (about 100 bytes each) before a wrong file is refused.
        public var maximumNodes = 16 * 1024

        public init() {}
    }
}
