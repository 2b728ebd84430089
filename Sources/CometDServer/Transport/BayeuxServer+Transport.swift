package import Bayeux
package import NIOCore

// What the transports call. Everything else of the engine is reached through sessions and channels.
extension BayeuxServer {
    /// What a received text may cost before it is refused.
    package var scanLimits: ScanLimits {
        ScanLimits(maxDepth: self.options.maxDepth, maxMessages: self.options.maxMessagesPerBatch)
    }

    /// The timers of an event loop; only used on that loop.
    ///
    /// - Precondition: The loop is one of ``eventLoopGroup``.
    package func timers(of eventLoop: any EventLoop) -> TimerWheel {
        // A connection that comes after the server's shutdown times out by itself.
        self.shard(of: eventLoop).state?.timers ?? TimerWheel(on: eventLoop)
    }

    /// Takes the messages of one HTTP request; `responder` is called exactly once.
    ///
    /// Called on the connection's event loop. The session's loop processes them, which is told by the `clientId` of
    /// the first message.
    package func receive(_ batch: InboundBatch, responder: any RequestResponder, on eventLoop: any EventLoop) {
        let shard = self.core.shard(forFirstMessageOf: batch) ?? self.shard(of: eventLoop)
        shard.perform { $0.process(batch, from: .request(responder), bound: nil) }
    }

    /// Takes the messages of one WebSocket message; the link's connection is told when they have been processed.
    ///
    /// - Parameters:
    ///   - batch: The messages.
    ///   - link: The way back.
    ///   - session: The session that the connection is bound to, by an earlier batch.
    ///   - eventLoop: The connection's event loop, on which this is called.
    package func receive(
        _ batch: InboundBatch,
        link: PushLink,
        session: ServerSession?,
        on eventLoop: any EventLoop
    ) {
        let shard = session?.shard ?? self.core.shard(forFirstMessageOf: batch) ?? self.shard(of: eventLoop)
        shard.perform { $0.process(batch, from: .link(link), bound: session) }
    }

    /// A WebSocket has been closed, by whichever side; its session goes on and expires unless it is resumed.
    package func connectionClosed(_ link: PushLink, session: ServerSession?) {
        guard let session else { return }
        session.shard.perform { $0.session(session.id)?.linkClosed(link) }
    }

    /// The listener of a WebSocket is shutting down: the engine sends what there is to send and closes it with 1001.
    package func connectionMustEnd(_ link: PushLink, session: ServerSession?) {
        guard let session else { return link.close(code: 1001, reason: SessionState.shutdownReason) }
        session.shard.perform { shard in
            guard let state = shard.session(session.id), state.link === link else {
                return link.close(code: 1001, reason: SessionState.shutdownReason)
            }
            state.drain()
        }
    }

    /// A WebSocket takes messages again after ``PushLink/isWritable`` was `false`.
    package func connectionBecameWritable(_ link: PushLink, session: ServerSession?) {
        guard let session else { return }
        session.shard.perform { $0.session(session.id)?.linkBecameWritable(link) }
    }
}
