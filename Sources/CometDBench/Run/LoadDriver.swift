import NIOCore

/// What is done with the sessions of one event loop in one iteration.
///
/// Confined to the loop.
protocol LoadDriver: AnyObject {
    /// How much is still to be begun: batches, messages or sessions.
    var unsent: Int { get }
    /// Begins.
    func start()
    /// A message arrived at one of the sessions.
    func delivered(to session: LoadSession, now: NIODeadline)
    /// A chunk of bytes has been read to its end, with so many messages.
    func chunkRead(deliveries: Int)
    /// A session that this driver has begun is ready.
    func sessionReady(_ session: LoadSession)
    /// A session is over.
    func sessionGone(_ session: LoadSession)
}

extension LoadDriver {
    func delivered(to session: LoadSession, now: NIODeadline) {}

    func chunkRead(deliveries: Int) {}

    func sessionReady(_ session: LoadSession) {}

    func sessionGone(_ session: LoadSession) {}
}
