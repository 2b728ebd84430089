import Bayeux
import Logging

/// The messages of a channel with decoded payloads, as a sequence for one task; see
/// ``BayeuxClient/messages(on:as:buffering:)``.
///
/// A message whose payload has another shape is logged and left out: nobody who publishes can end the sequence.
public struct TypedMessageSequence<Value: Decodable & Sendable>: AsyncSequence, Sendable {
    private let messages: MessageSequence

    init(_ messages: MessageSequence) { self.messages = messages }

    /// Waits until the server has accepted the subscription: what is published from then on will come.
    ///
    /// - Throws: ``ClientError`` when it is refused; `CancellationError`.
    public func waitUntilSubscribed() async throws { try await self.messages.waitUntilSubscribed() }

    /// Takes the messages one after the other.
    public struct Iterator: AsyncIteratorProtocol {
        private let messages: MessageSequence
        private var iterator: MessageSequence.Iterator

        fileprivate init(_ messages: MessageSequence) {
            self.messages = messages
            self.iterator = messages.makeAsyncIterator()
        }

        /// The next message; `nil` at the end, and when the task is cancelled.
        ///
        /// - Throws: ``ClientError``.
        public mutating func next() async throws -> ReceivedMessage<Value>? {
            while let message = try await self.iterator.next() {
                do {
                    return ReceivedMessage(
                        value: try message.payload(as: Value.self),
                        parameters: self.messages.parameters(of: message),
                        message: message
                    )
                } catch {
                    self.messages.client.logger.warning(
                        "a payload has another shape",
                        metadata: [
                            "channel": "\(message.channel ?? "")", "type": "\(Value.self)", "error": "\(error)",
                        ]
                    )
                }
            }
            return nil
        }
    }

    /// Begins to take messages.
    public func makeAsyncIterator() -> Iterator { Iterator(self.messages) }
}
