import Bayeux
import NIOCore

// Remote calls.
extension ClientCore {
    /// Sends a call and waits for its result.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - token: Names the call for ``forgetCall(_:)``.
    ///   - timeout: How long to wait.
    ///   - completion: Told once.
    func call(
        _ message: BayeuxMessage,
        token: ListenerToken,
        timeout: Duration,
        _ completion: @escaping (Result<BayeuxMessage, ClientError>) -> Void
    ) {
        let id = self.nextID()
        var message = message
        message.id = id
        let timer = self.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(timeout)) {
            self.calls[id] = nil
            completion(.failure(ClientError(.timeout, "406::timeout")))
        }
        self.calls[id] = Call(token: token) { result in
            timer.cancel()
            completion(result)
        }
        let request = ClientRequest(.publish, message) { result in
            // The result comes as a message of its own; only a refusal is the end of the call.
            guard case .failure = result else { return }
            self.calls.removeValue(forKey: id)?.completion(result)
        }
        self.enqueue([request])
    }

    /// Nobody waits for a call any more.
    func forgetCall(_ token: ListenerToken) {
        guard let id = self.calls.first(where: { $0.value.token == token })?.key else { return }
        self.calls.removeValue(forKey: id)?.completion(.failure(ClientError(.ended)))
    }
}
