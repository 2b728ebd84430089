/// The members encoded so far, shared by all containers that were asked for the same object.
final class JSONPartialObject {
    private var object = JSONObject()
    /// Members that may still change, by their position; `object` has a placeholder there.
    private var unfinished: [Int: JSONValueEncoder] = [:]

    func set(_ value: JSONValue, for key: some CodingKey) {
        let position = self.object.set(value, for: key.stringValue)
        if !self.unfinished.isEmpty { self.unfinished[position] = nil }
    }

    /// The encoder for a member that is encoded bit by bit; the same one whenever it is asked for.
    func encoder(for key: some CodingKey, make: () -> JSONValueEncoder) -> JSONValueEncoder {
        if let position = self.object.position(of: key.stringValue), let encoder = self.unfinished[position] {
            return encoder
        }
        let encoder = make()
        self.unfinished[self.object.set(.null, for: key.stringValue)] = encoder
        return encoder
    }

    /// Collects the members.
    func finish(encoding value: some Encodable) throws -> JSONObject {
        for (position, encoder) in self.unfinished {
            self.object.setValue(try encoder.finish(encoding: value) ?? .object(JSONObject()), at: position)
        }
        self.unfinished.removeAll()
        return self.object
    }
}
