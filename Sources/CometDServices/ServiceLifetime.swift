import Synchronization

/// Whether the methods of a service on a client may still be called.
///
/// Apart from the registration, which holds the client: whoever calls the methods must not.
final class ServiceLifetime: Sendable {
    private let ended = Atomic(false)

    var isOver: Bool { self.ended.load(ordering: .acquiring) }

    /// From now on no method is called.
    ///
    /// - Returns: Whether it was not over before.
    func end() -> Bool { !self.ended.exchange(true, ordering: .acquiringAndReleasing) }
}
