import Bayeux

extension BayeuxMessage {
    /// Decodes the payload for a service; one that is absent counts as `null`, so that it may be an optional's `nil`.
    func payload<Payload: Decodable>(as type: Payload.Type) throws -> Payload {
        let data = self.data ?? JSONBytes(.null)
        // As it came, instead of being read and written again.
        if let raw = data as? Payload { return raw }
        return try data.decode(type)
    }
}
