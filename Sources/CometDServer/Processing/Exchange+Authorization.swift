import Bayeux
import Logging
import Synchronization

// Asking the security policy, then the authorizers.
extension Exchange {
    /// Asks whether the session may do something to a channel; what it says is in ``reasonAgainst``.
    ///
    /// Whoever answers at once is asked without a task.
    ///
    /// - Parameters:
    ///   - operation: What the message wants to do.
    ///   - id: The channel or pattern.
    ///   - channel: The channel, when it exists.
    func ask(_ operation: ChannelOperation, _ id: ChannelID, _ channel: ShardChannel?) {
        guard let session = self.session else { return self.reasonAgainst = Self.deniedByPolicy }
        if let channel, !self.shard.hooks.hasPolicy, !id.isWild, channel.route(self.shard.core).authorizers.isEmpty {
            self.reasonAgainst = Self.isAllowedByDefault(operation, id, session) ? nil : Self.deniedByPolicy
            return
        }
        let policy = self.shard.hooks.securityPolicy
        let authorizers = self.authorizers(of: id, channel)
        self.reasonAgainst = nil
        guard policy != nil || !authorizers.isEmpty else {
            if !Self.isAllowedByDefault(operation, id, session) { self.reasonAgainst = Self.deniedByPolicy }
            return
        }
        let request = Authorizer.Request(
            operation: operation,
            channel: id,
            session: session.handle,
            message: self.message
        )
        let decision = policy.map { $0.decision(on: request) } ?? Self.isAllowedByDefault(operation, id, session)
        if decision == false { return self.reasonAgainst = Self.deniedByPolicy }
        if decision == true {
            if authorizers.isEmpty { return }
            if let count = Self.count(of: authorizers, for: request) { return self.reasonAgainst = count.reasonAgainst }
        }
        let logger = self.shard.core.logger
        self.await {
            if decision == nil, let policy, await !policy.allows(request, logger) { return Self.deniedByPolicy }
            return await Self.reasonAgainst(request, of: authorizers, logger)
        } then: { exchange, reason in
            exchange.reasonAgainst = reason
        }
    }

    private static let deniedByPolicy = "denied_by_security_policy"

    private static func isAllowedByDefault(
        _ operation: ChannelOperation,
        _ id: ChannelID,
        _ session: SessionState
    ) -> Bool {
        id.kind != .meta || session.isLocal && operation != .publish
    }

    /// The authorizers that have a say about a channel, those of patterns first.
    ///
    /// A pattern that is subscribed to is judged by the patterns that have everything it has, too: one who may not
    /// subscribe to `/chat/**` must not get around it by `/chat/*`. CometD asks the pattern's own authorizers only.
    private func authorizers(of id: ChannelID, _ channel: ShardChannel?) -> [Authorizer] {
        if let channel, !id.isWild { return channel.route(self.shard.core).authorizers }
        let registry = self.shard.core.channels
        return registry.channels(named: (id.isWild ? id.widerPatterns : id.patterns) + [id.name])
            .flatMap { channel in channel.settings.withLock { $0.authorizers.all } }
    }

    /// What the authorizers say, when none of them has to wait.
    private static func count(
        of authorizers: [Authorizer],
        for request: Authorizer.Request
    ) -> AuthorizationCount? {
        var count = AuthorizationCount()
        for authorizer in authorizers {
            guard case .immediate(let body) = authorizer.kind else { return nil }
            count.add(body(request))
            if count.denial != nil { break }
        }
        return count
    }

    private static func reasonAgainst(
        _ request: Authorizer.Request,
        of authorizers: [Authorizer],
        _ logger: Logger
    ) async -> String? {
        guard !authorizers.isEmpty else { return nil }
        var count = AuthorizationCount()
        for authorizer in authorizers {
            switch authorizer.kind {
            case .immediate(let body):
                count.add(body(request))
            case .asking(let body):
                do {
                    count.add(try await body(request))
                } catch {
                    logger.error(
                        "an authorizer failed",
                        metadata: ["channel": "\(request.channel)", "error": "\(error)"]
                    )
                    count.add(.deny(reason: "authorizer_failed"))
                }
            }
            if count.denial != nil { break }
        }
        return count.reasonAgainst
    }
}

extension SecurityPolicy {
    /// Asks the member for an operation; a failure is logged and refuses.
    fileprivate func allows(_ request: Authorizer.Request, _ logger: Logger) async -> Bool {
        let (channel, session, message) = (request.channel, request.session, request.message)
        do {
            switch request.operation {
            case .create: return try await self.canCreate(channel, session: session, message: message)
            case .subscribe: return try await self.canSubscribe(to: channel, session: session, message: message)
            case .publish: return try await self.canPublish(to: channel, session: session, message: message)
            }
        } catch {
            logger.error("the security policy failed", metadata: ["channel": "\(channel)", "error": "\(error)"])
            return false
        }
    }
}

extension ChannelID {
    /// The other patterns that match everything that this pattern does.
    fileprivate var widerPatterns: [String] {
        var names: [String] = self.wildcard == .single ? [String(self.name.dropLast()) + "**"] : []
        var parents = self.segments.dropLast()
        while parents.popLast() != nil { names.append(parents.map { "/" + $0 }.joined() + "/**") }
        return names
    }
}
