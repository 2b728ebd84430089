import Synchronization

/// Values that an application keeps with a session or a channel, under names of its choice.
///
/// May be read and written from any thread. They end with their owner.
///
/// - SeeAlso: REQUIREMENTS C1, E1.
public final class Attributes: Sendable {
    private let values = Mutex<[String: any Sendable]>([:])

    init() {}

    /// The value of a name; `nil` takes it out.
    public subscript(name: String) -> (any Sendable)? {
        get { self.values.withLock { $0[name] } }
        set {
            // The value that goes is let go of outside of the lock: its end may look at the attributes.
            _ = self.values.withLock { values in
                defer { values[name] = newValue }
                return values[name]
            }
        }
    }

    /// The value of a name, when it is of a type.
    public subscript<Value: Sendable>(name: String, as type: Value.Type) -> Value? {
        self[name] as? Value
    }

    /// The names that have a value, in no order.
    public var names: [String] { self.values.withLock { Array($0.keys) } }
}
