import DequeModule
import NIOCore

/// Messages that wait for one session, in order.
///
/// The first one lies in the queue itself: a session that is written to after each message never allocates.
package struct MessageQueue: Sendable {
    private var first: OutboundMessage?
    private var rest = Deque<OutboundMessage>()
    /// How many bytes of JSON wait.
    package private(set) var byteCount = 0

    package init() {}

    /// How many messages wait.
    package var count: Int { self.first == nil ? 0 : self.rest.count + 1 }

    /// Whether nothing waits.
    package var isEmpty: Bool { self.first == nil }

    /// The message that waits, when there is exactly one.
    package var only: OutboundMessage? { self.rest.isEmpty ? self.first : nil }

    /// Empties the queue when exactly one message waits; else nothing happens.
    mutating func takeOnly() -> OutboundMessage? {
        guard self.rest.isEmpty else { return nil }
        self.byteCount = 0
        return self.first.take()
    }

    package mutating func append(_ message: OutboundMessage) {
        if self.first == nil { self.first = message } else { self.rest.append(message) }
        self.byteCount &+= message.json.readableBytes
    }

    /// Puts messages in front of those that wait.
    mutating func prepend(_ messages: MessageQueue) {
        let waiting = self
        self = messages
        waiting.forEach { self.append($0) }
    }

    /// Takes the message out that has waited longest.
    @discardableResult
    mutating func removeFirst() -> OutboundMessage? {
        guard let first = self.first else { return nil }
        self.first = self.rest.popFirst()
        self.byteCount &-= first.json.readableBytes
        return first
    }

    /// Takes out as many messages as have so many bytes together, but at least one.
    mutating func take(upTo bytes: Int) -> MessageQueue {
        guard self.byteCount > bytes else { return self.takeAll() }
        var taken = MessageQueue()
        while let first = self.first, taken.isEmpty || taken.byteCount + first.json.readableBytes <= bytes {
            taken.append(first)
            self.removeFirst()
        }
        return taken
    }

    /// Empties the queue.
    ///
    /// - Returns: What waited.
    package mutating func takeAll() -> MessageQueue {
        let all = self
        self = MessageQueue()
        return all
    }

    package func forEach(_ body: (OutboundMessage) -> Void) {
        guard let first = self.first else { return }
        body(first)
        for message in self.rest { body(message) }
    }
}
