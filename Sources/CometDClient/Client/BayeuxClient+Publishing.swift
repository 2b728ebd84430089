public import Bayeux
import NIOCore

extension BayeuxClient {
    /// Publishes a payload, and waits until the server has acknowledged it.
    ///
    /// Before the session is there, and while its connection is broken, it waits for it. Cancelling the task stops the
    /// waiting; the message may be published all the same.
    ///
    /// - Parameters:
    ///   - data: The payload, any JSON.
    ///   - channel: The channel, no pattern.
    /// - Throws: ``ClientError`` that tells whether it was refused, or whether that is not known; `CancellationError`.
    public func publish(_ data: JSONBytes?, to channel: String) async throws {
        try await self.publish(BayeuxMessage(channel: channel, data: data))
    }

    /// Publishes a value as the payload, and waits until the server has acknowledged it.
    ///
    /// - Parameters:
    ///   - value: The payload; `BinaryData` goes as CometD's binary extension has it.
    ///   - channel: The channel, no pattern.
    /// - Throws: As ``publish(_:to:)-(JSONBytes?,_)``; `EncodingError`, or what the value's own `encode(to:)` throws.
    @_disfavoredOverload
    public func publish(_ value: some Encodable, to channel: String) async throws {
        try await self.publish(try BayeuxMessage(channel: channel, encoding: value))
    }

    /// Publishes a message of one's own making, with an `ext` for example, and waits for the server's reply.
    ///
    /// - Parameter message: The message; its `id` and `clientId` are the client's business.
    /// - Returns: The reply.
    /// - Throws: As ``publish(_:to:)-(JSONBytes?,_)``.
    @discardableResult
    public func publish(_ message: BayeuxMessage) async throws -> BayeuxMessage {
        let message = try Self.checked(message)
        return try await self.ask { (core, outcome: Outcome<BayeuxMessage>) in
            core.enqueue([ClientRequest(.publish, message) { outcome.complete($0) }])
        }
    }

    /// Sends several messages together.
    ///
    /// ```swift
    /// try await client.batch { batch in
    ///     try batch.publish(order, to: "/orders")
    ///     try batch.publish("ordered", to: "/log")
    /// }
    /// ```
    ///
    /// - Parameter body: Adds the messages; what it throws is thrown, and nothing is sent.
    /// - Throws: The first failure of a message, when all have been answered; as ``publish(_:to:)-(JSONBytes?,_)``.
    /// - SeeAlso: CometD 3.1.14, `ClientSession.batch`; REQUIREMENTS Q1.
    public func batch(_ body: (inout ClientBatch) throws -> Void) async throws {
        var batch = ClientBatch()
        try body(&batch)
        let messages = batch.messages
        guard !messages.isEmpty else { return }
        try await self.ask { (core, outcome: Outcome<Void>) in
            // Counted on the event loop, where all replies come.
            var left = messages.count
            var failure: ClientError?
            let requests = messages.map { message in
                ClientRequest(.publish, message) { result in
                    if case .failure(let error) = result, failure == nil { failure = error }
                    left -= 1
                    guard left == 0 else { return }
                    outcome.complete(failure.map(Result.failure) ?? Result<Void, ClientError>.success(()))
                }
            }
            core.enqueue(requests)
        }
    }

    /// A message that an application may publish, without what the client itself puts in.
    static func checked(_ message: BayeuxMessage) throws(ClientError) -> BayeuxMessage {
        let name = message.channel ?? ""
        guard let channel = try? ChannelID(name), !channel.isWild, !channel.isTemplate, channel.kind != .meta else {
            throw ClientError(.channelInvalid, "cannot publish to '\(name)'")
        }
        var message = message
        message.id = nil
        message.clientID = nil
        return message
    }
}
