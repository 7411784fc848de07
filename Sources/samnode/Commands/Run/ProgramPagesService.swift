import ServiceLifecycle

/// Gives back, some time after the start and now and then, the pages of the program that are not in use; see ``ProgramPages``.
struct ProgramPagesService: Service {
    func run() async throws {
        await cancelWhenGracefulShutdown {
            var pause = RunSettings.firstPagesPause
            while (try? await Task.sleep(for: pause)) != nil {
                ProgramPages.release()
                pause = RunSettings.pagesInterval
            }
        }
    }
}
