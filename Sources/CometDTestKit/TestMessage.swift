public import Bayeux
import NIOCore

/// A message that a test peer received, with its JSON.
public struct TestMessage: Hashable, Sendable, CustomStringConvertible {
    /// The message's JSON object.
    public let json: JSONBytes

    /// Reads an array of messages.
    public static func read(_ text: String?) -> [TestMessage] {
        guard let text, let array = try? JSONBytes(text) else { return [] }
        return array.elements().map(TestMessage.init(json:))
    }

    /// The value of a member as a string; numbers and words as their text.
    public subscript(name: String) -> String? {
        guard let value = self.json[name] else { return nil }
        return value.stringValue ?? String(buffer: value.buffer)
    }

    /// The message's JSON text.
    public var description: String { String(buffer: self.json.buffer) }
}
