extension BayeuxMessage {
    /// Decodes the payload for a service or a subscriber; one that is absent counts as `null`, so that it may be an optional's `nil`.
    ///
    /// `JSONBytes` are passed as they came, `BinaryData` is decoded whether the message's `ext` announces it or not.
    package func payload<Payload: Decodable>(as type: Payload.Type) throws -> Payload {
        let data = self.data ?? JSONBytes(.null)
        if let raw = data as? Payload { return raw }
        if type == BinaryData.self, let binary = try BinaryData(data) as? Payload { return binary }
        return try data.decode(type)
    }

    /// Makes a message of what is published or answered: JSON text goes out as it is, binary data is announced in the `ext`.
    package init(channel: String, encoding payload: some Encodable) throws {
        if let binary = payload as? BinaryData {
            self.init(channel: channel, binary: binary)
        } else if let raw = payload as? JSONBytes {
            self.init(channel: channel, data: raw)
        } else {
            self.init(channel: channel, data: try JSONBytes(encoding: payload))
        }
    }
}
