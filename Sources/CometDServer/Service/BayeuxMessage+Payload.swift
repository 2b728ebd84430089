import Bayeux

extension BayeuxMessage {
    /// Decodes the payload for a service; one that is absent counts as `null`, so that it may be an optional's `nil`.
    ///
    /// `JSONBytes` are passed as they came, `BinaryData` is decoded whether the message's `ext` announces it or not.
    func payload<Payload: Decodable>(as type: Payload.Type) throws -> Payload {
        let data = self.data ?? JSONBytes(.null)
        if let raw = data as? Payload { return raw }
        if type == BinaryData.self, let binary = try BinaryData(data) as? Payload { return binary }
        return try data.decode(type)
    }

    /// Makes a message of what a service answers: JSON text goes out as it is, binary data is announced in the `ext`.
    init(channel: String, answer: some Encodable) throws {
        if let binary = answer as? BinaryData {
            self.init(channel: channel, binary: binary)
        } else if let raw = answer as? JSONBytes {
            self.init(channel: channel, data: raw)
        } else {
            self.init(channel: channel, data: try JSONBytes(encoding: answer))
        }
    }
}
