/// A regular expression in the syntax of the Rust crate `regex`, which the specification's reference uses.
///
/// Matching runs all alternatives side by side (Thompson 1968, in the form of Pike's virtual machine without captures):
/// its time is at most the product of the lengths of pattern and text, whatever they hold.
struct Regex: Sendable {
    /// Why a pattern cannot be used.
    enum Failure: Error {
        /// Not a regular expression.
        case invalid
        /// Valid for the reference, but not implemented.
        case unsupported(String)
        case tooLarge
    }

    enum Instruction: Sendable {
        case scalar(UInt32)
        case anyScalar(includingNewline: Bool)
        case set(ScalarSet)
        case split(Int, Int)
        case jump(Int)
        case assertion(Assertion)
        case match
    }

    enum Assertion: Sendable {
        case textStart, textEnd, lineStart, lineEnd, wordBoundary, notWordBoundary
    }

    private let program: [Instruction]

    var instructionCount: Int { program.count }

    init(_ pattern: String, maxInstructions: Int) throws(Failure) {
        var parser = RegexParser(pattern)
        let node = try parser.parse()
        var compiler = RegexCompiler(maxInstructions: maxInstructions)
        program = try compiler.compile(node)
    }

    /// Whether the pattern occurs anywhere in `text`. `charge` is told the steps taken, and may end the search.
    func matches<Failure: Error>(
        _ text: String, charge: (Int) throws(Failure) -> Void
    ) throws(Failure) -> Bool {
        var search = Search(count: program.count)
        var previous: Unicode.Scalar?
        var position = text.unicodeScalars.startIndex
        let scalars = text.unicodeScalars
        while true {
            let current = position < scalars.endIndex ? scalars[position] : nil
            let place = Place(previous: previous, next: current)
            let steps = search.close(program, from: 0, at: place)
            try charge(steps + search.current.count)
            if search.isMatched { return true }
            guard let current else { return false }
            position = scalars.index(after: position)
            let next = position < scalars.endIndex ? scalars[position] : nil
            try charge(search.advance(program, over: current, to: Place(previous: current, next: next)))
            if search.isMatched { return true }
            previous = current
        }
    }

    /// What stands on both sides of a position.
    struct Place {
        let previous: Unicode.Scalar?
        let next: Unicode.Scalar?

        func satisfies(_ assertion: Assertion) -> Bool {
            switch assertion {
            case .textStart: previous == nil
            case .textEnd: next == nil
            case .lineStart: previous == nil || previous == "\n"
            case .lineEnd: next == nil || next == "\n"
            case .wordBoundary: isWord(previous) != isWord(next)
            case .notWordBoundary: isWord(previous) == isWord(next)
            }
        }

        private func isWord(_ scalar: Unicode.Scalar?) -> Bool {
            scalar.map(ScalarClass.word.contains) ?? false
        }
    }

    /// The states reached so far: positions of the program, each at most once.
    private struct Search {
        private(set) var current: [Int] = []
        private var isReached: [Bool]
        private var pending: [Int] = []
        private(set) var isMatched = false

        init(count: Int) {
            isReached = [Bool](repeating: false, count: count)
        }

        /// Adds every state reachable from `start` without reading. Returns the number of steps.
        mutating func close(_ program: [Instruction], from start: Int, at place: Place) -> Int {
            var steps = 0
            pending.append(start)
            while let state = pending.popLast() {
                steps += 1
                if isReached[state] { continue }
                isReached[state] = true
                switch program[state] {
                case .split(let first, let second):
                    pending.append(second)
                    pending.append(first)
                case .jump(let target): pending.append(target)
                case .assertion(let assertion): if place.satisfies(assertion) { pending.append(state + 1) }
                case .match: isMatched = true
                default: break
                }
                current.append(state)
            }
            return steps
        }

        /// Reads a scalar. Returns the number of steps.
        mutating func advance(_ program: [Instruction], over scalar: Unicode.Scalar, to place: Place) -> Int {
            let states = current
            current.removeAll(keepingCapacity: true)
            for state in states { isReached[state] = false }
            var steps = 0
            for state in states {
                let accepts: Bool
                switch program[state] {
                case .scalar(let value): accepts = scalar.value == value
                case .anyScalar(let includingNewline): accepts = includingNewline || scalar != "\n"
                case .set(let set):
                    accepts = set.contains(scalar)
                    steps += set.size
                default: accepts = false
                }
                steps += 1
                if accepts { steps += close(program, from: state + 1, at: place) }
            }
            return steps
        }
    }
}
