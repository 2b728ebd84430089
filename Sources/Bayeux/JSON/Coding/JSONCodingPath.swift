/// The keys that lead to a value while it is encoded or decoded, shared with the values around it.
///
/// Only a failure needs them as an array.
indirect enum JSONCodingPath: Sendable {
    case root
    case key(any CodingKey, after: JSONCodingPath)

    /// The path to a member of the value at this path.
    func appending(_ key: some CodingKey) -> Self {
        .key(key, after: self)
    }

    /// The path to an element of the value at this path.
    func appending(_ index: Int) -> Self {
        .key(JSONCodingKey(intValue: index), after: self)
    }

    /// The keys in order, the outermost first.
    var keys: [any CodingKey] {
        var keys: [any CodingKey] = []
        var path = self
        while case .key(let key, after: let outer) = path {
            keys.append(key)
            path = outer
        }
        return keys.reversed()
    }
}
