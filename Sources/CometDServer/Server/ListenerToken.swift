import Synchronization

/// Names a listener, an extension or an authorizer, for its removal from where it was added.
public struct ListenerToken: Hashable, Sendable {
    private let value: UInt64
    private static let last = Atomic<UInt64>(0)

    /// Makes a token that differs from all others of the process.
    init() {
        self.value = Self.last.add(1, ordering: .relaxed).newValue
    }
}

/// What was added under a token, in the order of its addition.
struct Registered<Entry: Sendable>: Sendable {
    private(set) var entries: [(token: ListenerToken, entry: Entry)] = []

    /// Whether nothing is registered.
    var isEmpty: Bool { self.entries.isEmpty }

    /// What is registered.
    var all: [Entry] { self.entries.map(\.entry) }

    /// Adds something.
    ///
    /// - Returns: The token for its removal.
    mutating func add(_ entry: Entry) -> ListenerToken {
        let token = ListenerToken()
        self.entries.append((token, entry))
        return token
    }

    /// Takes something out; nothing happens when it is not there.
    ///
    /// - Returns: What was taken out, to be let go of outside of locks: its end may remove something itself.
    mutating func remove(_ token: ListenerToken) -> Entry? {
        guard let index = self.entries.firstIndex(where: { $0.token == token }) else { return nil }
        return self.entries.remove(at: index).entry
    }
}
