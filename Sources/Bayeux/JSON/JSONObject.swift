/// A JSON object: members with names, in the order in which they were written.
///
/// Each name occurs once. When a text repeats one, the last value counts and takes the place of the first, as in
/// JavaScript. Looking up a name takes constant time on average, however many members there are and whoever chose
/// their names.
///
/// Names are compared by their bytes (RFC 8259, section 8.3), so `é` written as one scalar and as two are two names.
/// Objects are equal when they have equal members in any order.
public struct JSONObject: Sendable {
    /// One name and its value.
    public struct Member: Hashable, Sendable {
        /// The name.
        public let key: String
        /// The value.
        public var value: JSONValue

        /// Makes a member.
        ///
        /// - Parameters:
        ///   - key: The name.
        ///   - value: The value.
        public init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }

        /// Whether both have the same name, to the byte, and equal values.
        public static func == (left: Self, right: Self) -> Bool {
            left.key.hasSameUTF8(as: right.key) && left.value == right.value
        }

        /// Feeds name and value to a hasher.
        public func hash(into hasher: inout Hasher) {
            self.key.hashUTF8(into: &hasher)
            hasher.combine(self.value)
        }
    }

    /// A name as the index needs it, compared by its bytes.
    private struct NameBytes: Hashable, Sendable {
        let text: String

        static func == (left: Self, right: Self) -> Bool { left.text.hasSameUTF8(as: right.text) }

        func hash(into hasher: inout Hasher) { self.text.hashUTF8(into: &hasher) }
    }

    /// Up to this many members are searched one by one, which is faster than hashing and needs no memory.
    private static let maxUnindexed = 16

    private var members: [Member] = []
    /// Where each name is in `members`; empty while there are at most ``maxUnindexed``.
    private var positions: [NameBytes: Int] = [:]

    /// Makes an object without members.
    public init() {}

    /// Makes an object of members in order.
    ///
    /// - Parameter members: The members; the last of several with the same name counts.
    public init(_ members: some Sequence<Member>) {
        for member in members { self.set(member.value, for: member.key) }
    }
}

// MARK: - By name

extension JSONObject {
    /// The value of a member, `nil` when there is none of that name.
    ///
    /// Setting a value replaces the member's or adds a member at the end; setting `nil` removes the
    /// member, `.null` is a value like others.
    ///
    /// - Parameter key: The name.
    /// - Complexity: O(1) on average; O(*n*) in the number of members to remove one.
    public subscript(key: String) -> JSONValue? {
        get { self.position(of: key).map { self.members[$0].value } }
        set {
            if let newValue {
                self.set(newValue, for: key)
            } else {
                self.removeValue(forKey: key)
            }
        }
    }

    /// Removes a member.
    ///
    /// - Parameter key: Its name.
    /// - Returns: The value it had, `nil` when there was none of that name.
    /// - Complexity: O(*n*) in the number of members.
    @discardableResult
    public mutating func removeValue(forKey key: String) -> JSONValue? {
        guard let position = self.position(of: key) else { return nil }
        let member = self.members.remove(at: position)
        self.rebuildPositions()
        return member.value
    }

    /// Replaces the value of a member or adds one at the end.
    ///
    /// - Returns: The member's position, which stays the same until a member is removed.
    @discardableResult
    mutating func set(_ value: JSONValue, for key: String) -> Int {
        let end = self.members.count
        let position =
            if self.positions.isEmpty {
                self.position(of: key)
            } else {
                self.positions.updateValue(end, forKey: NameBytes(text: key))
            }
        guard let position else {
            self.members.append(Member(key: key, value: value))
            if self.positions.isEmpty, self.members.count > Self.maxUnindexed { self.rebuildPositions() }
            return end
        }
        if !self.positions.isEmpty { self.positions[NameBytes(text: key)] = position }
        self.members[position].value = value
        return position
    }

    /// Replaces the value of a member that ``set(_:for:)`` has put at this position.
    mutating func setValue(_ value: JSONValue, at position: Int) {
        self.members[position].value = value
    }

    /// Where a member is, `nil` when there is none of that name.
    func position(of key: String) -> Int? {
        guard self.positions.isEmpty else { return self.positions[NameBytes(text: key)] }
        return self.members.firstIndex { $0.key.hasSameUTF8(as: key) }
    }

    private mutating func rebuildPositions() {
        self.positions.removeAll(keepingCapacity: true)
        guard self.members.count > Self.maxUnindexed else { return }
        self.positions.reserveCapacity(self.members.count)
        for (position, member) in self.members.enumerated() { self.positions[NameBytes(text: member.key)] = position }
    }
}

// MARK: - As a collection

extension JSONObject: RandomAccessCollection {
    /// The position of the first member.
    public var startIndex: Int { self.members.startIndex }

    /// The position after the last member.
    public var endIndex: Int { self.members.endIndex }

    /// The member at a position, which must be one of the object's `indices`.
    ///
    /// - Parameter position: Counts the members from 0.
    public subscript(position: Int) -> Member { self.members[position] }
}

extension JSONObject: Hashable {
    /// Whether both have equal members, in any order.
    public static func == (left: Self, right: Self) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.key] == $0.value }
    }

    /// Feeds the members to a hasher, whatever their order.
    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for member in self.members { sum &+= member.hashValue }
        hasher.combine(self.count)
        hasher.combine(sum)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Makes an object of members in order.
    ///
    /// - Parameter elements: Names and values; the last of several with the same name counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        for (key, value) in elements { self.set(value, for: key) }
    }
}

extension JSONObject: CustomStringConvertible {
    /// The object as JSON text, without white space.
    public var description: String { JSONValue.object(self).description }
}
