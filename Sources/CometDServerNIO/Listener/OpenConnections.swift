package import NIOCore
import Synchronization

/// The connections of a listener that are open, so that its end can wait for theirs.
package final class OpenConnections: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        /// Once set, connections that come still are told at once.
        var isQuiescing = false
        /// Resumed when the last connection has been closed.
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// Takes a connection in until it is closed.
    package func add(_ channel: any Channel) {
        let isQuiescing = self.state.withLock { state in
            state.channels[ObjectIdentifier(channel)] = channel
            return state.isQuiescing
        }
        channel.closeFuture.whenComplete { _ in self.remove(channel) }
        if isQuiescing { Self.quiesce(channel) }
    }

    /// Asks all connections, now and later ones, to end when they have done what they are about.
    package func quiesce() {
        let channels = self.state.withLock { state in
            state.isQuiescing = true
            return Array(state.channels.values)
        }
        for channel in channels { Self.quiesce(channel) }
    }

    /// Closes all connections, whatever they are about.
    package func close() {
        for channel in self.state.withLock({ Array($0.channels.values) }) { channel.close(promise: nil) }
    }

    /// Waits until no connection is open; closes those that are when the task is cancelled.
    package func untilClosed() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isClosed = self.state.withLock { state in
                    if !state.channels.isEmpty { state.waiters.append(waiter) }
                    return state.channels.isEmpty
                }
                if isClosed { waiter.resume() }
            }
        } onCancel: {
            self.close()
        }
    }

    private func remove(_ channel: any Channel) {
        let waiters = self.state.withLock { state in
            state.channels[ObjectIdentifier(channel)] = nil
            guard state.channels.isEmpty else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private static func quiesce(_ channel: any Channel) {
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }
}
