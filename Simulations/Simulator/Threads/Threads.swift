#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Work on several threads at once.
enum Threads {
    /// What a thread is given.
    private final class Job: Sendable {
        let item: Int
        let body: @Sendable (Int) -> Void

        init(_ item: Int, _ body: @escaping @Sendable (Int) -> Void) {
            self.item = item
            self.body = body
        }
    }

    /// Changes the elements at these places, which differ, the first one on this thread and each other one on a thread of
    /// its own, and comes back when all are done. Where no thread can be had the work is done here.
    static func change<Element: Sendable>(
        _ places: [Int], of elements: inout [Element], _ body: @escaping @Sendable (inout Element) -> Void
    ) {
        precondition(Set(places).count == places.count, "two threads would change one element")
        elements.withUnsafeMutableBufferPointer { buffer in
            // Each thread has elements of its own, and the buffer stays until all are done.
            let addresses = places.map { place in UInt(bitPattern: buffer.baseAddress.map { $0 + place }) }
            let work: @Sendable (Int) -> Void = { place in
                guard let element = UnsafeMutablePointer<Element>(bitPattern: addresses[place]) else { return }
                body(&element.pointee)
            }
            let threads = places.indices.dropFirst().map { start(Job($0, work)) }
            if !places.isEmpty { work(0) }
            for thread in threads {
                if let thread { pthread_join(thread, nil) }
            }
        }
    }

    /// Nil when the work was done here.
    private static func start(_ job: Job) -> pthread_t? {
        let argument = Unmanaged.passRetained(job).toOpaque()
        #if canImport(Darwin)
            var thread: pthread_t?
            let isStarted = pthread_create(&thread, nil, { Threads.run($0) }, argument) == 0
            if isStarted { return thread }
        #else
            var thread = pthread_t()
            let isStarted = pthread_create(&thread, nil, { $0.flatMap { Threads.run($0) } }, argument) == 0
            if isStarted { return thread }
        #endif
        _ = run(argument)
        return nil
    }

    private static func run(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        let job = Unmanaged<Job>.fromOpaque(argument).takeRetainedValue()
        job.body(job.item)
        return nil
    }
}
