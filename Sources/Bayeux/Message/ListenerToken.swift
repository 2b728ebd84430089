import Synchronization

/// Names a listener, an extension or an authorizer, for its removal from where it was added.
public struct ListenerToken: Hashable, Sendable {
    private let value: UInt64
    private static let last = Atomic<UInt64>(0)

    /// Makes a token that differs from all others of the process.
    package init() {
        self.value = Self.last.add(1, ordering: .relaxed).newValue
    }
}

/// What was added under a token, in the order of its addition.
package struct Registered<Entry: Sendable>: Sendable {
    package private(set) var entries: [(token: ListenerToken, entry: Entry)] = []

    /// Makes an empty register.
    package init() {}

    /// Whether nothing is registered.
    package var isEmpty: Bool { self.entries.isEmpty }

    /// What is registered.
    package var all: [Entry] { self.entries.map(\.entry) }

    /// Adds something.
    ///
    /// - Returns: The token for its removal.
    package mutating func add(_ entry: Entry) -> ListenerToken {
        let token = ListenerToken()
        self.entries.append((token, entry))
        return token
    }

    /// Takes something out; nothing happens when it is not there.
    ///
    /// - Returns: What was taken out, to be let go of outside of locks: its end may remove something itself.
    package mutating func remove(_ token: ListenerToken) -> Entry? {
        guard let index = self.entries.firstIndex(where: { $0.token == token }) else { return nil }
        return self.entries.remove(at: index).entry
    }
}
