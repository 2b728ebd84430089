public import NIOCore

extension FaultProxy {
    /// Has connections from now on lead to another server, such as one that was started again elsewhere.
    public func setTarget(_ target: SocketAddress) async {
        await self.perform { $0.target = target }
    }

    /// Closes the port, so that the kernel refuses connections; those that exist stay.
    public func refuse() async {
        try? await self.eventLoop.flatSubmit { self.switchboard.value.refuse() }.get()
    }

    /// Opens the port again after ``refuse()``.
    ///
    /// - Throws: `ChannelError` after ``stop()``; `IOError` when another program has taken the port meanwhile, which
    ///   can happen on other systems than Linux.
    public func accept() async throws {
        _ = try await self.eventLoop.flatSubmit { self.switchboard.value.listen() }.get()
    }

    /// Breaks every connection: RST to the client, the server's side is closed.
    ///
    /// What was held is lost.
    public func reset() async {
        await self.perform { $0.endAll(client: .reset, server: .close) }
    }

    /// Ends every connection with FIN on both sides.
    ///
    /// What was held is lost. What a peer sends after that is discarded until it closes its side.
    public func close() async {
        await self.perform { $0.endAll(client: .finish, server: .finish) }
    }

    /// Makes every connection half-open, those that come included: nothing is read, passed on, or ended.
    ///
    /// Connections are accepted, but do not reach the server. What the proxy has written before still arrives.
    public func freeze() async {
        await self.perform { $0.change { $0.isFrozen = true } }
    }

    /// Lets connections live again after ``freeze()``; what was held goes on, in order.
    public func thaw() async {
        await self.perform { $0.change { $0.isFrozen = false } }
    }

    /// Passes on later what comes from now on, in both directions and in order.
    ///
    /// Two deliveries that come at once go at once: the delay is a latency, not a pause. What is held already goes when
    /// it would have gone.
    ///
    /// - Parameter delay: How much later; zero for no delay.
    public func delay(_ delay: Duration) async {
        await self.perform { $0.change { $0.delay = TimeAmount(delay) } }
    }

    /// Cuts the first connection whose server sends more than so many bytes from now on.
    ///
    /// Each connection is counted on its own. The client gets exactly `count` bytes, then RST. This happens once; a
    /// further call replaces the number and begins to count again.
    public func cut(afterBytesToClient count: Int) async {
        await self.perform { $0.arm(.toClient, after: count) }
    }

    /// Cuts the first connection whose client sends more than so many bytes from now on.
    ///
    /// Each connection is counted on its own. The server gets exactly `count` bytes, then both get RST. This happens
    /// once; a further call replaces the number and begins to count again.
    public func cut(afterBytesToServer count: Int) async {
        await self.perform { $0.arm(.toServer, after: count) }
    }

    /// Answers requests for a WebSocket with 403, as some companies' proxies do; the server does not see them.
    ///
    /// Looked at is the first request of a connection that has sent nothing before, if it is HTTP/1 in plaintext.
    /// While this is in force, the server is connected when a request has been let through.
    public func refuseUpgrades() async {
        await self.perform { $0.change { $0.refusesUpgrades = true } }
    }

    /// Lets requests for a WebSocket through again after ``refuseUpgrades()``.
    public func allowUpgrades() async {
        await self.perform { $0.change { $0.refusesUpgrades = false } }
    }
}
