import CometDClient

/// Tells on standard error what happens to a client's connection.
enum ConnectionReporter {
    /// Tells until the task is cancelled.
    ///
    /// - Parameters:
    ///   - client: The client.
    ///   - states: Its states.
    ///   - failures: Its failures.
    static func run(
        _ client: BayeuxClient,
        _ states: some AsyncSequence<BayeuxClient.State, Never> & Sendable,
        _ failures: some AsyncSequence<ClientFailure, Never> & Sendable
    ) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                var report = ConnectionReport()
                for await state in states {
                    let line = report.line(for: state, client.connectionType, client.clientID)
                    if let line { StandardOutput.note(line) }
                }
            }
            group.addTask {
                for await failure in failures {
                    if let line = ConnectionReport.line(for: failure) { StandardOutput.note(line) }
                }
            }
        }
    }
}
