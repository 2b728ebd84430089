public import Bayeux
public import CometDServer

/// Tells of every connect that a client sends, for tests that wait until one is held.
public struct ConnectWatch: BayeuxExtension {
    /// One element for each connect; what nobody takes is kept.
    public let connects: AsyncStream<Void>
    private let seen: AsyncStream<Void>.Continuation

    /// Makes a watch that has seen nothing.
    public init() { (self.connects, self.seen) = AsyncStream.makeStream() }

    /// Notes a connect and lets every message pass.
    public func incoming(_ message: inout BayeuxMessage, from session: ServerSession?) async throws -> Bool {
        if message.channel == "/meta/connect" { self.seen.yield() }
        return true
    }
}
