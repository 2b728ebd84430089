import Bayeux

extension BayeuxServer {
    /// How long a remote call may take when nothing else is said: 30 seconds.
    public static var remoteCallTimeout: Duration { .seconds(30) }

    /// Lets clients call a function of the server.
    ///
    /// A client publishes its argument to `/service/<target>`, and gets the answer on the same channel with the `id` of
    /// its request, `successful` and `data`. CometD's clients do that for it with `remoteCall("contacts/7", …)`.
    ///
    /// ```swift
    /// try server.addRemoteCall("contacts/{userId}") { call in
    ///     try await database.contacts(of: call.parameters["userId"])
    /// }
    /// ```
    ///
    /// At most `maxRemoteCalls` functions run at a time; a call beyond that fails with `too many calls`. The task of a
    /// call whose time is over, or whose caller's session has ended, is cancelled.
    ///
    /// - Parameters:
    ///   - target: A name such as `contacts`, a pattern such as `contacts/*` or a template such as `contacts/{userId}`.
    ///   - timeout: How long the function may take before the caller is told of a `timeout`. Default 30 seconds.
    ///   - execution: Where the function runs. Default: off the event loops.
    ///   - handler: The function. What it returns is the answer's `data`. A ``RemoteCallFailure`` that it throws tells
    ///     the caller what went wrong; any other error is logged, and the caller is told `the call failed`.
    /// - Throws: ``ServiceError`` when the target is taken; ``/Bayeux/BayeuxError`` when it is illegal.
    public func addRemoteCall<Answer: Encodable & Sendable>(
        _ target: String,
        timeout: Duration = BayeuxServer.remoteCallTimeout,
        runs execution: RemoteCall.Execution = .concurrently,
        _ handler: @escaping @Sendable (RemoteCall) async throws -> Answer
    ) throws {
        try self.addRemoteCall(
            target,
            timeout: timeout,
            runs: execution,
            answering: { call in
                try RemoteCallAnswer.encoding(try await handler(call))
            }
        )
    }

    /// Lets clients call a function that returns nothing; the answer's `data` is `null`.
    ///
    /// - Parameters:
    ///   - target: A name, a pattern or a template.
    ///   - timeout: How long the function may take. Default 30 seconds.
    ///   - execution: Where the function runs. Default: off the event loops.
    ///   - handler: The function.
    /// - Throws: ``ServiceError`` when the target is taken; ``/Bayeux/BayeuxError`` when it is illegal.
    public func addRemoteCall(
        _ target: String,
        timeout: Duration = BayeuxServer.remoteCallTimeout,
        runs execution: RemoteCall.Execution = .concurrently,
        _ handler: @escaping @Sendable (RemoteCall) async throws -> Void
    ) throws {
        try self.addRemoteCall(
            target,
            timeout: timeout,
            runs: execution,
            answering: { call in
                try await handler(call)
                return RemoteCallAnswer.empty
            }
        )
    }

    /// Takes a function away; calls that run go on.
    ///
    /// - Parameter target: The target that it was added with.
    public func removeRemoteCall(_ target: String) {
        guard let pattern = try? ChannelPattern(RemoteCall.prefix + target),
            let removed = self.remoteCalls.remove(pattern.shape)
        else { return }
        removed.listened.removeListener(removed.token)
    }

    func addRemoteCall(
        _ target: String,
        timeout: Duration,
        runs execution: RemoteCall.Execution,
        answering handler: @escaping RemoteCalls.Handler
    ) throws {
        let pattern = try ChannelPattern(RemoteCall.prefix + target)
        let listened = try self.channel(pattern.listened)
        let calls = self.remoteCalls
        let token = listened.addListener { sender, message in
            guard let sender, let parameters = pattern.bind(message.channel ?? "") else { return true }
            let call = RemoteCall(ServiceRequest(message, from: sender, parameters: parameters), caller: sender)
            calls.start(call, timeout: timeout, runs: execution, handler)
            return true
        }
        let (isNew, mustWatch) = calls.reserve(pattern.shape, RemoteCalls.Target(listened: listened, token: token))
        guard isNew else {
            listened.removeListener(token)
            throw ServiceError(.targetTaken, target)
        }
        if mustWatch { self.addListener(.sessionRemoved { session, _, _ in calls.sessionEnded(session.id) }) }
    }
}
